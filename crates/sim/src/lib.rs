//! rivera-sim
mod comparison; mod metric; mod outcome;
