//! Diego's and BOSH's own formats, read and written, and the fleet they describe.

pub mod cell_state;
pub mod start_request;
