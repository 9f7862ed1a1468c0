//! Atomic words, and the lock of passes: from the standard library or, under `--cfg loom` or `--cfg shuttle`, from a model checker.

#[cfg(loom)]
pub(super) use loom::{
    hint::spin_loop,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};
#[cfg(shuttle)]
pub(super) use shuttle::{
    hint::spin_loop,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};
#[cfg(not(any(loom, shuttle)))]
pub(super) use std::{
    hint::spin_loop,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};
