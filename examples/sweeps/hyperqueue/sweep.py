"""One experiment with HyperQueue's Python interface: the merge is a task that depends on the shards.

The folder must be shared by all workers. A shard whose worker is lost is done anew by another one, and takes the runs that
were finished from `.rivera-runs` in this folder.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from hyperqueue import Client, Job

# So many workers may be lost under one shard before it counts as failed.
WORKERS_LOST = 5


def sweep(client: Client, experiment: Path, folder: Path, shards: int, rivera: str, outputs: list[str]) -> bool:
    """Plans, runs the shards and merges them. Whether all went well, and all assertions hold."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = [rivera, "experiment", "plan", str(experiment.resolve()), "-o", str(folder / "plan.json")]
    subprocess.run(plan, check=True)

    job = Job(default_workdir=folder)
    names = [f"part-{number}.json" for number in range(1, shards + 1)]
    tasks = [
        job.program(
            [rivera, "experiment", "run", "plan.json", "--shard", f"{number}/{shards}", "-o", name],
            stdout=None,
            crash_limit=WORKERS_LOST,
        )
        for number, name in enumerate(names, 1)
    ]
    merge = [rivera, "experiment", "merge", "plan.json", *names]
    merge += [word for path in outputs for word in ("-o", str(Path(path).resolve()))]
    job.program(merge, deps=tasks)
    return client.wait_for_jobs([client.submit(job)], raise_on_error=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path, help="experiment.toml")
    parser.add_argument("--server-dir", type=Path, help="where `hq server start` keeps its files [default: as hq]")
    parser.add_argument("--shards", type=int, default=16)
    parser.add_argument("--rivera", default="rivera", help="the program on the workers and here")
    parser.add_argument("--work", type=Path, default=Path("sweep"), help="shared folder for plan and parts")
    parser.add_argument("-o", "--output", action="append", default=[], help="as of `rivera experiment merge`")
    given = parser.parse_args()
    client = Client(given.server_dir)
    went_well = sweep(client, given.experiment, given.work, given.shards, given.rivera, given.output)
    return 0 if went_well else 1


if __name__ == "__main__":
    sys.exit(main())
