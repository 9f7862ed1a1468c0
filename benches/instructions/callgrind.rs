//! One subject under valgrind's tool callgrind, which counts every instruction of a process.

use std::process::{Command, Stdio};
use std::{env, fs, io};

/// Why there is no count.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CountError {
    #[error("run valgrind: {0}")]
    Run(#[from] io::Error),
    #[error("valgrind failed on {subject}:\n{messages}")]
    Failed { subject: String, messages: String },
    #[error("valgrind counted nothing of {0}")]
    Nothing(String),
}

/// Whether there is a valgrind to be run.
pub(crate) fn is_installed() -> io::Result<bool> {
    match Command::new("valgrind").arg("--version").stdout(Stdio::null()).status() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        status => status.map(|status| status.success()),
    }
}

/// The instructions of a subject within [`measured`](crate::subjects::measured).
pub(crate) fn count(subject: &str) -> Result<u64, CountError> {
    let profile = env::temp_dir().join(format!("rivera-callgrind-{}-{subject}", std::process::id()));
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured*"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args(["--run", subject])
        .output()?;
    if !ran.status.success() {
        let messages = String::from_utf8_lossy(&ran.stderr).into_owned();
        return Err(CountError::Failed { subject: subject.to_owned(), messages });
    }
    let text = fs::read_to_string(&profile)?;
    fs::remove_file(&profile)?;
    total(&text).filter(|&total| total > 0).ok_or_else(|| CountError::Nothing(subject.to_owned()))
}

/// The sum that stands in a profile.
fn total(profile: &str) -> Option<u64> {
    profile.lines().find_map(|line| line.strip_prefix("totals: "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_at_the_end_of_a_profile() {
        let profile = "# callgrind format\nevents: Ir\nsummary: 812\n\nfn=(0)\n0 812\n\ntotals: 812\n";
        assert_eq!(total(profile), Some(812));
        assert_eq!(total("events: Ir\n"), None);
    }
}
