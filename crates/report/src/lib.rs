//! rivera-report
