//! Any text beside a foundation of one cell: as the manifest of its deployment, and as BOSH's list of instances.

use rivera_diego::laws;

use crate::target::{Law, text};

const CELL: &[u8] = br#"{"cell_id":"a","Zone":"z1","TotalResources":{"MemoryMB":9,"DiskMB":9,"Containers":9},"AvailableResources":{"MemoryMB":9,"DiskMB":9,"Containers":9}}"#;

/// The manifest of a deployment, in YAML.
#[derive(Debug)]
pub struct Manifest(String);

impl Law for Manifest {
    const NAME: &str = "manifest";

    fn read(bytes: &[u8]) -> Option<Self> {
        text(bytes).map(Self)
    }

    fn check(self) {
        beside_a_cell("manifest.yml", &self.0);
    }
}

/// What `bosh --json instances` prints.
#[derive(Debug)]
pub struct BoshInstances(String);

impl Law for BoshInstances {
    const NAME: &str = "bosh_instances";

    fn read(bytes: &[u8]) -> Option<Self> {
        text(bytes).map(Self)
    }

    fn check(self) {
        beside_a_cell("bosh-instances.json", &self.0);
    }
}

fn beside_a_cell(name: &str, text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = [("cell-states.jsonl", CELL), (name, text.as_bytes())];
    laws::write_files(folder.path(), files).expect("files can be written");
    laws::a_folder_is_a_fleet_or_has_mistakes(folder.path());
}
