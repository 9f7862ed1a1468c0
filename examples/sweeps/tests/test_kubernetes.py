"""Kubernetes: there is no cluster here. The manifests are held against its published schemas, and their commands are run."""

import os
import subprocess

import kubernetes_validate
import pytest
import yaml
from conftest import SWEEPS

VERSION = "1.37"


def manifest(name):
    return yaml.safe_load((SWEEPS / "kubernetes" / name).read_text())


def command_of(job):
    container = job["spec"]["template"]["spec"]["containers"][0]
    variables = {variable["name"]: variable["value"] for variable in container.get("env", [])}
    return [*container["command"], *container["args"]], variables


@pytest.mark.parametrize("name", ["job.yaml", "merge.yaml"])
def test_the_manifest_is_one(name):
    kubernetes_validate.validate(manifest(name), VERSION, strict=True)


def test_a_key_that_is_none_is_found():
    job = manifest("job.yaml")
    job["spec"]["completion"] = 8
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, VERSION, strict=True)


def test_the_commands_of_the_jobs_give_the_result_of_one_machine(experiment, expected, script, tmp_path):
    def run(command, **variables):
        subprocess.run(
            command, check=True, cwd=tmp_path, env={**script.environment, **variables}, stdout=subprocess.DEVNULL
        )

    run(["rivera", "experiment", "plan", str(experiment), "-o", "plan.json"])
    job = manifest("job.yaml")
    command, variables = command_of(job)
    assert variables["SHARDS"] == str(job["spec"]["completions"])
    for index in range(job["spec"]["completions"]):
        run(command, JOB_COMPLETION_INDEX=str(index), **variables)
    assert len([name for name in os.listdir(tmp_path) if name.startswith("part-")]) == 8
    run(command_of(manifest("merge.yaml"))[0])
    assert (tmp_path / "result.json").read_bytes() == expected
