//! A folder of its own for each test, and the program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The settings of tests that are not about settings.
pub(crate) const ONE_SETTING: &str = "--max-in-flight 2 --max-starts 50 --seeds 1";

const TINY: &str = r#"name = "tiny"
instances = 24

[zones]
z1 = 2
z2 = 2

[[cells]]
memory_mb = 4096
disk_mb = 32768

[[apps]]
share = 1
instances = 2
memory_mb = 128
disk_mb = 256

[deployment]
max_in_flight = "50%"
canaries = 1
"#;

/// A folder with the recipe `tiny.toml`, and the export `two-cells/` of another foundation.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// What a run of the program left behind.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text in UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let sandbox = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        sandbox.write("tiny.toml", TINY);
        let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/two-cells");
        fs::create_dir(sandbox.path("two-cells")).expect("a new folder");
        for file in fs::read_dir(export).expect("the export of the tests") {
            let file = file.expect("a file of the export").path();
            let name = file.file_name().expect("a name").to_owned();
            fs::copy(&file, sandbox.path("two-cells").join(name)).expect("a copy");
        }
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file in the sandbox");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file in the sandbox")
    }

    /// Replaces a text, which must be there, the first time that it occurs in a file.
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} does not contain {old}");
        self.write(name, text.replacen(old, new, 1));
    }

    /// The program with these words as its arguments, in the sandbox, with nothing on its streams but pipes.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rivera"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path());
        command
            .env("LC_ALL", "C.UTF-8")
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS")
            .env_remove("RAYON_NUM_THREADS");
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.command(arguments).output().expect("the program").into()
    }

    /// A line as a user types it.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        let program = Path::new(env!("CARGO_BIN_EXE_rivera"));
        let path = std::env::var("PATH").expect("a PATH");
        let path = format!("{}:{path}", program.parent().expect("a folder").display());
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", path)
            .env_remove("COLUMNS");
        command.output().expect("a shell").into()
    }

    /// What is printed by a run that succeeds and has nothing else to say.
    pub(crate) fn done(&self, arguments: &str) -> String {
        let Ran { code, stdout, stderr } = self.run(arguments);
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments}");
        stdout
    }

    /// The one JSON value that a run prints.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.done(arguments)).expect("one JSON value")
    }

    /// What is told by a run that is refused: nothing is printed, and no file is new, changed or gone.
    pub(crate) fn refused(&self, arguments: &str) -> String {
        let before = self.files();
        let Ran { code, stdout, stderr } = self.run(arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments}: {stderr}");
        assert!(self.files() == before, "{arguments} left something behind");
        stderr
    }

    /// Asserts that a run is refused with all of these texts.
    pub(crate) fn refused_with(&self, arguments: &str, texts: &[&str]) {
        let told = self.refused(arguments);
        for text in texts {
            assert!(told.contains(text), "{arguments}: {text:?} is not in\n{told}");
        }
    }

    /// Every file and folder with what is in it.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder of the sandbox") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                files.insert(path.clone(), fs::read(&path).ok());
            }
        }
        files
    }
}
