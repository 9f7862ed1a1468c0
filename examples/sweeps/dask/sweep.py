"""One experiment on a Dask cluster: planned here, its shards run by the workers, merged here.

Every worker needs the program and the fleet at the same path; nothing else is shared. The plan is sent with each task,
and the part comes back as its result. A shard is done anew by another worker if its worker is lost, or if it fails.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from dask.distributed import Client, as_completed


def run_shard(shard: str, plan: str, rivera: str, cache: str) -> str:
    """Runs on a worker, and gives the part. To run it again does no harm: finished runs are kept in `cache`, and a shard
    always gives the same part, to the byte."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.json")
        path.write_text(plan)
        command = [rivera, "experiment", "run", str(path), "--shard", shard, "--cache", cache]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"shard {shard} ended with code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path, help="experiment.toml")
    cluster = parser.add_mutually_exclusive_group(required=True)
    cluster.add_argument("--scheduler", metavar="tcp://HOST:8786", help="address of the Dask scheduler")
    cluster.add_argument("--scheduler-file", metavar="FILE", help="what `dask scheduler --scheduler-file` wrote")
    parser.add_argument("--shards", type=int, default=16, help="some for each worker, so that none waits long for the last")
    parser.add_argument("--retries", type=int, default=2, help="how often a shard that fails is tried again")
    parser.add_argument("--rivera", default="rivera", help="the program on the workers and here")
    parser.add_argument("--cache", default=".rivera-runs", help="where a worker keeps finished runs; best a shared folder")
    parser.add_argument("--work", type=Path, default=Path("sweep"), help="folder for plan and parts")
    parser.add_argument("-o", "--output", action="append", default=[], help="as of `rivera experiment merge`")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    given.work.mkdir(parents=True, exist_ok=True)
    plan = given.work / "plan.json"
    # The path of the fleet is written into the plan: an absolute one holds wherever a worker was started.
    command = [given.rivera, "experiment", "plan", str(given.experiment.resolve()), "-o", str(plan)]
    subprocess.run(command, check=True)

    shards = [f"{number}/{given.shards}" for number in range(1, given.shards + 1)]
    parts = []
    with Client(given.scheduler, scheduler_file=given.scheduler_file) as client:
        text = plan.read_text()
        # Not pure: a sweep that is started again shall not get an answer that the scheduler remembers.
        tasks = client.map(
            run_shard, shards, plan=text, rivera=given.rivera, cache=given.cache, retries=given.retries, pure=False
        )
        names = {task.key: shard.replace("/", "-of-") for task, shard in zip(tasks, shards)}
        for task, part in as_completed(tasks, with_results=True):
            path = given.work / f"part-{names[task.key]}.json"
            path.write_text(part)
            parts.append(str(path))
            print(f"{len(parts)} of {len(shards)} shards are done", file=sys.stderr)

    outputs = [word for path in given.output for word in ("-o", path)]
    # Its exit code is ours: 1 if an assertion does not hold.
    return subprocess.run([given.rivera, "experiment", "merge", str(plan), *parts, *outputs]).returncode


if __name__ == "__main__":
    sys.exit(main())
