"""Slurm: there is none here, so an `sbatch` that runs each task of the array itself. What it is asked for is looked at."""

import subprocess

from conftest import SWEEPS

SBATCH = """#!/bin/bash
set -eu
echo "$*" >> "$ASKED"
for word; do case $word in --array=*) numbers=${word#--array=} ;; esac; done
if [ -n "${numbers-}" ]; then
  export SLURM_ARRAY_TASK_COUNT=${numbers#*-}
  for number in $(seq "${numbers%-*}" "${numbers#*-}"); do SLURM_ARRAY_TASK_ID=$number bash "${@: -1}" >/dev/null; done
  echo "41;cluster"
else
  sh -c "${@: -1}" >/dev/null
fi
"""


def test_the_array_has_each_shard_and_the_merge_depends_on_it(experiment, expected, script, tmp_path):
    script("sbatch", SBATCH)
    asked = tmp_path / "asked"
    command = [str(SWEEPS / "slurm/sweep.sh"), str(experiment), "3", "result.json"]
    environment = {**script.environment, "ASKED": str(asked)}
    subprocess.run(command, check=True, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    assert (tmp_path / "result.json").read_bytes() == expected
    array, merge = asked.read_text().splitlines()
    assert "--array=1-3" in array
    assert "--dependency=afterok:41 " in merge, "without the name of the cluster"
