//! What many share, and what they wait for: cores and disks, links, pools, services.

pub(crate) mod delay_lines;
pub(crate) mod fair_share;
pub(crate) mod file_server;
pub(crate) mod links;
pub(crate) mod platform_service;
pub(crate) mod pool;
