#!/usr/bin/env bash
# One experiment with HyperQueue's command line. `hq server start` and the workers (`hq worker start`, or `hq alloc add slurm`)
# run already, and all of them see this folder.
#
#   sweep.sh EXPERIMENT.toml SHARDS RESULT.json
set -euo pipefail

experiment=$1 shards=$2 result=$3

rivera experiment plan "$experiment" -o plan.json

# A task for each shard, each with a whole worker, since Rivera uses all cores. A shard whose worker is lost is done anew.
# --wait fails if a task does; then nothing is merged.
hq submit --name rivera --array "1-$shards" --cpus all --crash-limit 5 --wait -- \
  bash -c 'rivera experiment run plan.json --shard "$HQ_TASK_ID/$1" -o "part-$HQ_TASK_ID.json"' shard "$shards"

rivera experiment merge plan.json $(seq --format 'part-%.0f.json' "$shards") -o "$result"
