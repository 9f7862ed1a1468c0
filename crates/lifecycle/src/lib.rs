//! rivera-lifecycle
