#!/usr/bin/env bash
# One experiment as a job array of Slurm, and a job that merges the parts when all of them are there. Start it in a folder
# that all nodes see.
#
#   sweep.sh EXPERIMENT.toml SHARDS RESULT.json
set -euo pipefail

experiment=$1 shards=$2 result=$3

rivera experiment plan "$experiment" -o plan.json

array=$(sbatch --parsable --array="1-$shards" "$(dirname "$0")/sweep.sbatch")
# --parsable prints JOB, or JOB;CLUSTER. The merge's exit code is 1 if an assertion does not hold: then the job counts as failed.
sbatch --job-name=rivera-merge --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes \
  --wrap "rivera experiment merge plan.json $(seq --format 'part-%.0f.json' --separator ' ' "$shards") -o '$result'"
