//! Completions and manual pages.

use std::process::Command;

use crate::help::VERBS;
use crate::sandbox::Sandbox;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[test]
fn a_script_completes_every_verb_in_every_shell() {
    let sandbox = Sandbox::new();
    for shell in SHELLS {
        let script = sandbox.done(&format!("completions {shell}"));
        let words: Vec<&str> = script.split(|c: char| !c.is_alphanumeric()).collect();
        for verb in VERBS.iter().flat_map(|verb| verb.split(' ')) {
            assert!(words.contains(&verb), "{shell} does not complete {verb}");
        }
        assert!(script.contains("max-in-flight"), "{shell}");
    }
    sandbox.refused_with("completions basj", &["a similar value exists: 'bash'"]);
}

#[test]
fn bash_takes_the_script_and_completes_with_it() {
    let sandbox = Sandbox::new();
    sandbox.write("rivera.bash", sandbox.done("completions bash"));
    // What bash does when a person presses the tabulator after `rivera comp`.
    let lines = "source rivera.bash && COMP_WORDS=(rivera comp) COMP_CWORD=1 && _rivera rivera comp rivera && \
                 echo ${COMPREPLY[@]}";
    let bash = Command::new("bash").args(["-c", lines]).current_dir(sandbox.path("")).output();
    let Ok(bash) = bash else { return eprintln!("skipped: there is no bash") };
    assert_eq!(String::from_utf8_lossy(&bash.stdout), "compare completions\n", "{bash:?}");
}

#[test]
fn each_verb_has_a_page_with_the_sections_that_one_looks_for() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("man -o man1").code, Some(0));
    for verb in VERBS {
        let name = format!("rivera {verb}").trim().replace(' ', "-");
        let page = sandbox.read(&format!("man1/{name}.1"));
        let help = sandbox.done(&format!("{verb} --help"));
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES"] {
            assert!(page.contains(&format!("\n.SH {section}\n")), "{name} has no {section}");
        }
        assert!(page.contains(concat!("\"rivera ", env!("CARGO_PKG_VERSION"), "\"")), "{page}");
        assert_eq!(page.contains("\n.SH \"EXIT STATUS\"\n"), help.contains("\nExit codes:"), "{name}");
        for example in help.lines().filter(|line| line.starts_with("  rivera ")) {
            let example = example.replace('\\', "\\\\").replace('-', "\\-");
            assert!(page.contains(&format!("\n{example}\n")), "{name} lacks {example}\n{page}");
        }
    }
    let pages = std::fs::read_dir(sandbox.path("man1")).unwrap().count();
    assert_eq!(pages, VERBS.len());
    assert_eq!(sandbox.done("man"), sandbox.read("man1/rivera.1"));
}

#[test]
fn the_manual_shows_a_page_without_a_complaint() {
    let sandbox = Sandbox::new();
    sandbox.write("rivera.1", sandbox.done("man"));
    let mut man = Command::new("man");
    man.args(["--warnings", "-l", "./rivera.1"]).env("MANWIDTH", "78").current_dir(sandbox.path(""));
    let man = man.output();
    let Ok(man) = man.map_err(|_| eprintln!("skipped: there is no man")) else { return };
    let text = String::from_utf8_lossy(&man.stdout);
    if text.contains("minimized") {
        return eprintln!("skipped: the system was installed without manual pages");
    }
    assert!(man.status.success() && man.stderr.is_empty(), "{man:?}");
    assert!(text.contains("rivera compare --fleet export/ -o report.html"), "{text}");
}

#[test]
fn a_folder_of_pages_that_cannot_be_is_refused() {
    Sandbox::new().refused_with("man -o tiny.toml", &["failed to write tiny.toml", "name a"]);
}
