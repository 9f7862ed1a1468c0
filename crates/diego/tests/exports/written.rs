//! What is written of an export: no secret, and nothing over something else.

use std::fs;

use rivera_diego::{Strictness, write_export};

use crate::support::Export;

#[test]
fn secrets_are_neither_kept_nor_written_nor_shown() {
    let secret = "hunter2-hunter2";
    let desired = format!(
        r#"{{"process_guid":"q","domain":"cf-apps","rootfs":"preloaded:cflinuxfs4","instances":1,"env":[{{"name":"DB","value":"{secret}"}}],"disk_mb":100,"memory_mb":200,"image_username":"{secret}","image_password":"{secret}","volume_mounts":[],"update_strategy":0,"start_timeout_ms":1}}"#
    );
    let manifest = format!(
        "update: {{max_in_flight: 1}}\ninstance_groups:\n- name: diego-cell\n  jobs:\n  - name: rep\n    properties:\n      diego: {{rep: {{server_key: {secret}}}}}\n      password: {secret}\nproperties: {{cc: {{db: {secret}}}}}\n"
    );
    let export = Export::sound()
        .with("tasks.jsonl", r#""rootfs""#, &format!(r#""env":[{{"name":"A","value":"{secret}"}}],"rootfs""#))
        .plus("desired-lrps.jsonl", &desired)
        .plus("manifest.yml", &manifest);
    let import = export.read(Strictness::Strict).unwrap();
    assert!(!format!("{import:?}").contains(secret));
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("again");
    write_export(&import.fleet, &written).unwrap();
    for entry in fs::read_dir(&written).unwrap() {
        let path = entry.unwrap().path();
        assert!(!fs::read_to_string(&path).unwrap().contains(secret), "{}", path.display());
    }

    // Nor does an error about a line or a manifest quote what is around it.
    for spoilt in [
        export.clone().with("desired-lrps.jsonl", r#""memory_mb":200"#, r#""memory_mb":"#),
        export.with("manifest.yml", "password:", "password: [\n     x:"),
    ] {
        let error = spoilt.read(Strictness::Strict).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let import = Export::sound().read(Strictness::Strict).unwrap();
    let target = folder.path().join("export");
    fs::create_dir(&target).unwrap();
    write_export(&import.fleet, &target).unwrap();
    let error = write_export(&import.fleet, &target).unwrap_err().to_string();
    assert_eq!(error, format!("{} is not empty: name a folder that does not exist yet", target.display()));

    let mut broken = import.fleet;
    broken.processes[0].instances = u32::MAX;
    let error = write_export(&broken, &folder.path().join("broken")).unwrap_err().to_string();
    assert_eq!(error, "a number of instances is 4294967295, which is more than Diego's formats can hold");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["export"]);
}
