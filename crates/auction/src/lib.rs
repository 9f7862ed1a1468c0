//! rivera-auction
