//! Files appear whole or not at all, and results go to stdout.

use std::fs;
use std::io;

use crate::sandbox::{ONE_SETTING, Sandbox};

#[test]
fn a_place_that_cannot_be_written_to_is_refused_before_the_work() {
    let sandbox = Sandbox::new();
    let help = "help: name a file in a folder that exists and that you may write to\n";
    for command in [
        "compare --fleet tiny.toml -o",
        "simulate --fleet tiny.toml --timeline",
        "simulate --fleet tiny.toml --chrome-trace",
    ] {
        assert_eq!(
            sandbox.refused(&format!("{command} no/such/file")),
            format!("error[not-written]: failed to write no/such/file: there is no folder `no/such`\n{help}")
        );
        assert_eq!(
            sandbox.refused(&format!("{command} two-cells")),
            format!("error[not-written]: failed to write two-cells: it is a folder\n{help}")
        );
    }
}

#[test]
fn two_results_do_not_fit_one_file() {
    let sandbox = Sandbox::new();
    assert_eq!(
        sandbox.refused("simulate --fleet tiny.toml --timeline events --chrome-trace events"),
        "error[wrong-usage]: events cannot hold the timeline and the trace: name two files\n"
    );
}

#[test]
fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
    let sandbox = Sandbox::new();
    sandbox.write("report.html", "x".repeat(10_000_000));
    let before: Vec<_> = sandbox.files().into_keys().collect();
    sandbox.done(&format!("compare --fleet tiny.toml {ONE_SETTING} -o report.html"));
    let page = sandbox.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert_eq!(sandbox.files().into_keys().collect::<Vec<_>>(), before);
}

#[test]
fn a_file_is_kept_when_the_run_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("report.html", "the last report");
    sandbox.refused("compare --fleet tiny.toml --seeds 2 --first-seed 18446744073709551615 -o report.html");
    sandbox.refused("compare --fleet nowhere -o report.html");
    sandbox.refused("compare --fleet tiny.toml --scenario none.toml -o report.html");
    assert_eq!(sandbox.read("report.html"), "the last report");
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_a_device_is_left_alone() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("reports")).unwrap();
    sandbox.write("reports/latest.html", "the last report");
    std::os::unix::fs::symlink("reports/latest.html", sandbox.path("link.html")).unwrap();
    sandbox.done(&format!("compare --fleet tiny.toml {ONE_SETTING} -o link.html"));
    assert!(sandbox.path("link.html").is_symlink());
    assert!(sandbox.read("reports/latest.html").starts_with("<!DOCTYPE html>"));

    std::os::unix::fs::symlink("/dev/null", sandbox.path("null")).unwrap();
    sandbox.refused_with(
        "simulate --fleet tiny.toml --timeline null",
        &["failed to write null: it is not a regular file"],
    );
}

#[cfg(unix)]
#[test]
fn a_report_may_be_read_by_whom_the_umask_lets() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let rivera = env!("CARGO_BIN_EXE_rivera");
    for (umask, mode) in [("022", 0o644), ("077", 0o600)] {
        let script =
            format!("umask {umask}; exec {rivera} simulate --fleet tiny.toml --timeline {umask}.jsonl");
        let ran =
            std::process::Command::new("sh").args(["-c", &script]).current_dir(sandbox.path("")).output();
        assert!(ran.unwrap().status.success());
        let written = fs::metadata(sandbox.path(&format!("{umask}.jsonl"))).unwrap();
        assert_eq!(written.permissions().mode() & 0o777, mode);
    }
}

/// `rivera ... | head -1`: the reader has what it wanted.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::new();
    for arguments in ["scenario", "fleet show tiny.toml", "--help"] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let ran = sandbox.command(arguments).stdout(writer).output().unwrap();
        assert_eq!((ran.status.code(), ran.stderr.as_slice()), (Some(0), b"".as_slice()), "{arguments}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_printed_is_an_error() {
    let sandbox = Sandbox::new();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let ran = sandbox.command("scenario").stdout(full.try_clone().unwrap()).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let told = String::from_utf8(ran.stderr).unwrap();
    assert!(
        told.starts_with("error[not-printed]: failed to print the result: No space left on device"),
        "{told}"
    );
    // Nor does it matter to the exit code whether anybody can be told.
    let ran = sandbox.command("scenario --fleet nowhere").stderr(full).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
}
