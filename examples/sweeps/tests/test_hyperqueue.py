"""HyperQueue: its server and two workers for real by the Python interface, and the script with an `hq` that runs each task."""

import importlib.util
import subprocess
import sys

import pytest
from conftest import RIVERA, SWEEPS

# What `hq submit --array 1-N ... -- COMMAND` does, one task after the other.
HQ = """#!/bin/bash
set -eu
while [ "$1" != -- ]; do [ "$1" = --array ] && numbers=$2; shift; done
shift
for number in $(seq "${numbers%-*}" "${numbers#*-}"); do HQ_TASK_ID=$number "$@" >/dev/null; done
"""


def module():
    spec = importlib.util.spec_from_file_location("hyperqueue_sweep", SWEEPS / "hyperqueue/sweep.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def cluster(tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("HyperQueue is for Linux")
    from hyperqueue.cluster import LocalCluster, WorkerConfig

    with LocalCluster(server_dir=str(tmp_path / "server")) as cluster:
        for _ in range(2):
            cluster.start_worker(WorkerConfig(cores=1))
        yield cluster


def test_a_server_with_two_workers_gives_the_result_of_one_machine(experiment, expected, cluster, tmp_path):
    result = tmp_path / "result.json"
    sweep = module().sweep
    assert sweep(cluster.client(), experiment, tmp_path / "sweep", 6, RIVERA, [str(result)])
    assert result.read_bytes() == expected


def test_an_assertion_that_does_not_hold_is_told(experiment, cluster, tmp_path):
    text = experiment.read_text()
    experiment.write_text(text.replace("[seeds]", 'assertions = ["duration_s <= 1"]\n[seeds]'))
    result = tmp_path / "result.json"
    assert not module().sweep(cluster.client(), experiment, tmp_path / "sweep", 2, RIVERA, [str(result)])
    assert b'"rivera.experiment"' in result.read_bytes(), "the result is written all the same"


def test_the_script_asks_for_each_shard(experiment, expected, script, tmp_path):
    script("hq", HQ)
    command = [str(SWEEPS / "hyperqueue/sweep.sh"), str(experiment), "3", "result.json"]
    subprocess.run(command, check=True, cwd=tmp_path, env=script.environment, stdout=subprocess.DEVNULL)
    assert (tmp_path / "result.json").read_bytes() == expected
