//! Start requests of LRPs and tasks (A.12).
