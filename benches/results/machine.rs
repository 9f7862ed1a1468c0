//! The machine that measured.

use std::fmt;

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// What makes the figures of two machines differ.
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_bytes: u64,
}

impl Machine {
    /// The machine that this runs on.
    ///
    /// # Errors
    /// If this system does not tell.
    pub(crate) fn this() -> Result<Self, sysinfo::Error> {
        let wanted = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(wanted)?;
        let processor = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned());
        Ok(Self {
            processor: processor.unwrap_or_default(),
            cores: system.cpus().len(),
            memory_bytes: system.total_memory(),
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Firmware keeps a part for itself, so what is left is a bit less than what is built in.
        let memory_gib = self.memory_bytes.div_ceil(1 << 30);
        write!(f, "{} cores of {}, {memory_gib} GiB of memory", self.cores, self.processor)
    }
}
