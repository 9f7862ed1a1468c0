//! An export of two cells and two apps, to be spoiled.

use std::fs;
use std::path::Path;

use rivera_diego::{Import, ImportError, Strictness, read_fleet};
use rivera_model::Fleet;

pub(crate) const STATES: &str = "cell-states.jsonl";
pub(crate) const INFOS: &str = "desired-lrp-scheduling-infos.jsonl";
pub(crate) const RECORDS: &str = "actual-lrps.jsonl";

/// The files of an export, by name.
#[derive(Clone)]
pub(crate) struct Export(Vec<(String, String)>);

const STATE: &str = concat!(
    r#"{"rep_url":"https://CELL:1801","cell_id":"CELL","cell_index":0,"RootFSProviders":{"docker":{"type":"arbitrary"},"#,
    r#""preloaded":{"set":{"cflinuxfs4":{}},"type":"fixed_set"}},"AvailableResources":AVAILABLE,"#,
    r#""TotalResources":{"MemoryMB":1000,"DiskMB":4000,"Containers":249},"LRPs":[LRPS],"Tasks":[TASKS],"#,
    r#""StartingContainerCount":0,"Zone":"ZONE","Evacuating":false,"VolumeDrivers":null,"PlacementTags":null,"#,
    r#""OptionalPlacementTags":null,"ProxyMemoryAllocationMB":32}"#,
);

const LRP: &str = concat!(
    r#"{"instance_guid":"i","process_guid":"GUID","index":INDEX,"domain":"cf-apps","PlacementTags":null,"#,
    r#""VolumeDrivers":null,"RootFs":"preloaded:cflinuxfs4","MemoryMB":MEMORY,"DiskMB":100,"MaxPids":1024,"state":"RUNNING"}"#,
);

const TASK: &str = concat!(
    r#"{"TaskGuid":"task","Domain":"d","PlacementTags":null,"VolumeDrivers":null,"RootFs":"preloaded:cflinuxfs4","#,
    r#""MemoryMB":50,"DiskMB":50,"MaxPids":0,"state":"Running","failed":false}"#,
);

fn lrp(guid: &str, index: u32, memory_mb: u32) -> String {
    LRP.replace("GUID", guid).replace("INDEX", &index.to_string()).replace("MEMORY", &memory_mb.to_string())
}

fn state(cell: &str, zone: &str, available: &str, lrps: &[String], tasks: &str) -> String {
    STATE
        .replace("CELL", cell)
        .replace("ZONE", zone)
        .replace("AVAILABLE", available)
        .replace("LRPS", &lrps.join(","))
        .replace("TASKS", tasks)
}

fn info(guid: &str, instances: u32, memory_mb: u32) -> String {
    format!(
        r#"{{"process_guid":"{guid}","domain":"cf-apps","log_guid":"l","annotation":"","instances":{instances},"memory_mb":{memory_mb},"disk_mb":100,"rootfs":"preloaded:cflinuxfs4","max_pids":1024,"routes":{{}},"epoch":"e","index":0,"volume_placement":{{"driver_names":[]}}}}"#
    )
}

fn actual(guid: &str, index: u32, cell: &str, state: &str, crashes: u32) -> String {
    format!(
        r#"{{"process_guid":"{guid}","index":{index},"domain":"cf-apps","instance_guid":"i","cell_id":"{cell}","address":"10.0.0.1","ports":null,"crash_count":{crashes},"state":"{state}","since":1,"modification_tag":{{"epoch":"e","index":2}},"presence":"ORDINARY"}}"#
    )
}

impl Export {
    /// `p` has three instances (one crashed), `q` one; a task runs.
    pub(crate) fn sound() -> Self {
        let states = [
            state(
                "c1",
                "z1",
                r#"{"MemoryMB":586,"DiskMB":3750,"Containers":246}"#,
                &[lrp("p", 0, 132), lrp("q", 0, 232)],
                TASK,
            ),
            state("c2", "z2", r#"{"MemoryMB":868,"DiskMB":3900,"Containers":248}"#, &[lrp("p", 1, 132)], ""),
        ];
        let records = [
            actual("p", 0, "c1", "RUNNING", 0),
            actual("p", 1, "c2", "RUNNING", 0),
            actual("p", 2, "", "CRASHED", 3),
            actual("q", 0, "c1", "RUNNING", 0),
        ];
        let task = r#"{"rootfs":"preloaded:cflinuxfs4","disk_mb":50,"memory_mb":50,"task_guid":"task","domain":"d","state":"Running","cell_id":"c1"}"#;
        let file = |name: &str, lines: &[String]| (name.to_owned(), lines.join("\n") + "\n");
        Self(vec![
            file("cell-states.jsonl", &states),
            file("desired-lrp-scheduling-infos.jsonl", &[info("p", 3, 100), info("q", 1, 200)]),
            file("actual-lrps.jsonl", &records),
            file("tasks.jsonl", &[task.to_owned()]),
        ])
    }

    /// Replaces a text, which must be there, the first time that it occurs in a file.
    pub(crate) fn with(mut self, name: &str, old: &str, new: &str) -> Self {
        let text = self.text_mut(name);
        assert!(text.contains(old), "{name} does not contain {old}");
        *text = text.replacen(old, new, 1);
        self
    }

    /// Adds lines to a file, or the file.
    pub(crate) fn plus(mut self, name: &str, lines: &str) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, text)) => text.push_str(lines),
            None => self.0.push((name.to_owned(), lines.to_owned())),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn text_mut(&mut self, name: &str) -> &mut String {
        let file = self.0.iter_mut().find(|(known, _)| known == name);
        file.map(|(_, text)| text).expect("a file of the export")
    }

    pub(crate) fn write(&self, folder: &Path) {
        for (name, text) in &self.0 {
            fs::write(folder.join(name), text).expect("a folder to write to");
        }
    }

    pub(crate) fn read(&self, strictness: Strictness) -> Result<Import, ImportError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.write(folder.path());
        read_fleet(folder.path(), strictness)
    }

    /// The fleet of a strict import, without the name that is its folder's.
    pub(crate) fn fleet(&self) -> Fleet {
        let import = self.read(Strictness::Strict).expect("a sound export");
        Fleet { name: String::new(), ..import.fleet }
    }

    /// The errors of a strict import, without the folder.
    pub(crate) fn errors(&self) -> Vec<String> {
        let problems = self.read(Strictness::Strict).map_or_else(|error| error.problems, |_| Vec::new());
        problems.iter().map(relative).collect()
    }

    /// The warnings of a lenient import as `code x count`, and the import.
    pub(crate) fn repaired(&self) -> (Vec<String>, Import) {
        let import = self.read(Strictness::Lenient).expect("an export that can be repaired");
        import.fleet.validate().expect("a fleet that holds");
        (
            import.warnings.iter().map(|warning| format!("{} x{}", warning.code, warning.count)).collect(),
            import,
        )
    }
}

fn relative(problem: &rivera_diego::Problem) -> String {
    let name = problem.place.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_folder = !name.contains(".json") && !name.contains(".yml");
    let mut place = if is_folder { "folder".to_owned() } else { name };
    for number in [problem.place.line, problem.place.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    format!("{place}: {}", problem.problem)
}
