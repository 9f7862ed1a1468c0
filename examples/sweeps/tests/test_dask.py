"""Dask for real: a scheduler and three worker processes, one of which is killed while it runs a shard."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import RIVERA, SWEEPS

# The first time that shard 2 is run, its `rivera` begins and is stopped, and stays so as if the machine hung: so the worker has
# a task when it is killed, however fast the machine is. The number of the worker's process is written down for the test.
HANGS_ONCE = f"""#!/bin/bash
if [[ "$*" == *"--shard 2/6"* ]] && mkdir "$HUNG" 2>/dev/null; then
  {RIVERA} "$@" & kill -STOP $!
  echo $PPID > "$HUNG/pid.new" && mv "$HUNG/pid.new" "$HUNG/pid"
  wait
fi
exec {RIVERA} "$@"
"""


@pytest.fixture
def start(tmp_path):
    """Starts parts of the cluster, each in a process group of its own, and ends them with the test."""
    running = []

    def start(*words, environment=None):
        with open(tmp_path / f"dask-{len(running)}.log", "w") as log:
            command = [sys.executable, "-m", "dask", *words]
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        running.append(process)
        return process

    yield start
    for process in running:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def wait_for(condition, what):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"waited for {what}")


def cluster(start, tmp_path, workers, environment=None):
    file = tmp_path / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    wait_for(file.exists, "the scheduler")
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / "dask")]
    return file, [
        start("worker", "--scheduler-file", str(file), *options, environment=environment) for _ in range(workers)
    ]


def sweep(experiment, tmp_path, scheduler_file, rivera, *more):
    command = [sys.executable, str(SWEEPS / "dask/sweep.py"), str(experiment)]
    command += ["--scheduler-file", str(scheduler_file), "--rivera", str(rivera), "--cache", str(tmp_path / "runs")]
    command += ["--work", str(tmp_path / "sweep"), "--shards", "6", *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_a_worker_is_killed_midway_and_the_result_is_that_of_one_machine(
    experiment, expected, script, start, tmp_path
):
    hung = tmp_path / "hung"
    rivera = script("hangs-once", HANGS_ONCE)
    scheduler_file, workers = cluster(start, tmp_path, 3, {**os.environ, "HUNG": str(hung)})
    result = tmp_path / "result.json"
    running = sweep(experiment, tmp_path, scheduler_file, rivera, "-o", str(result))

    wait_for((hung / "pid").exists, "shard 2 to begin")
    victim = next(worker for worker in workers if worker.pid == int((hung / "pid").read_text()))
    assert running.poll() is None, "the sweep waits for shard 2"
    # As when the machine is gone: the worker, and what it started.
    os.killpg(victim.pid, signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL

    _, told = running.communicate(timeout=120)
    assert running.returncode == 0, told
    assert "6 of 6 shards are done" in told
    assert [worker.poll() for worker in workers if worker is not victim] == [None, None]
    assert result.read_bytes() == expected


def test_a_shard_that_always_fails_ends_the_sweep_with_its_reason(experiment, script, start, tmp_path):
    broken = script("broken", f'#!/bin/bash\n[[ "$*" == *"--shard 3/6"* ]] && echo no room >&2 && exit 2\nexec {RIVERA} "$@"\n')
    scheduler_file, _ = cluster(start, tmp_path, 1)
    result = tmp_path / "result.json"
    running = sweep(experiment, tmp_path, scheduler_file, broken, "-o", str(result))
    _, told = running.communicate(timeout=120)
    assert running.returncode != 0
    assert "shard 3/6 ended with code 2: no room" in told
    assert not result.exists()


def test_an_assertion_that_does_not_hold_is_the_exit_code(experiment, start, tmp_path):
    text = experiment.read_text()
    experiment.write_text(text.replace("[seeds]", 'assertions = ["duration_s <= 1"]\n[seeds]'))
    scheduler_file, _ = cluster(start, tmp_path, 1)
    running = sweep(experiment, tmp_path, scheduler_file, RIVERA)
    _, told = running.communicate(timeout=120)
    assert running.returncode == 1, told
