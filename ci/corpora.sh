#!/usr/bin/env bash
# corpora.sh [TARGET...]: takes what fuzzing found (out/fuzz/corpus) into the corpora of the repository, the least number
# of small inputs that reach every edge that all small inputs together reach. Inputs that a person has named stay: they
# showed a mistake once, or are where fuzzing begins.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# = 0 ]; then
  mapfile -t targets < <(cargo +nightly fuzz list)
else
  targets=("$@")
fi

[ -w /dev/shm ] && export TMPDIR=/dev/shm
for target in "${targets[@]}"; do
  least=$(mktemp -d)
  mkdir -p "out/fuzz/corpus/$target"
  # libFuzzer names an input for the 40 digits of its hash. What is in the first folder stays, and is covered already.
  find "fuzz/corpus/$target" -type f -regextype posix-extended -not -regex '.*/[0-9a-f]{40}' -exec cp -t "$least" {} +
  # By edges alone, not by how often each is taken: the corpora are tests too, and stay small.
  cargo +nightly fuzz run --sanitizer none "$target" "$least" "fuzz/corpus/$target" "out/fuzz/corpus/$target" -- \
    -set_cover_merge=1 -use_counters=0 -max_len=2048 -timeout=5 >"$least.log" 2>&1 || { tail "$least.log"; exit 1; }
  rm -rf "fuzz/corpus/$target"
  mv "$least" "fuzz/corpus/$target"
  chmod 755 "fuzz/corpus/$target"
  echo "$target: $(find "fuzz/corpus/$target" -type f | wc -l) inputs, $(du -sb "fuzz/corpus/$target" | cut -f 1) bytes"
done
