#!/usr/bin/env bash
# fuzz.sh SECONDS [TARGET...]: fuzzes each target, all unless some are named, for so many seconds.
#
# A target that breaks its law does not keep the others from running; the exit code tells in the end, with the command that
# shows the input and holds it against the law again. Everything that is found is kept in out/fuzz: `crashes`, new inputs
# in `corpus` (the next run begins with them), and what libFuzzer said in `logs`.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?the seconds for each target}
shift
out=$PWD/out/fuzz
# The code has no unsafe blocks: an address sanitizer would only cost speed.
run=(cargo +nightly fuzz run --sanitizer none)
# Targets that write files should not wait for a disk.
[ -w /dev/shm ] && export TMPDIR=/dev/shm

if [ $# = 0 ]; then
  mapfile -t targets < <(cargo +nightly fuzz list)
else
  targets=("$@")
fi

rm -rf "$out/crashes" "$out/logs"
mkdir -p "$out/logs"
broken=()
for target in "${targets[@]}"; do
  echo "== $target, $seconds s"
  mkdir -p "$out/crashes/$target" "$out/corpus/$target"
  arguments=(-max_total_time="$seconds" -rss_limit_mb=4096 -timeout=30 -print_final_stats=1)
  arguments+=(-artifact_prefix="$out/crashes/$target/")
  [ -f "fuzz/dictionaries/$target.dict" ] && arguments+=(-dict="fuzz/dictionaries/$target.dict")
  "${run[@]}" "$target" "$out/corpus/$target" "fuzz/corpus/$target" -- "${arguments[@]}" \
    >"$out/logs/$target.log" 2>&1 </dev/null || broken+=("$target")
  # The state that libFuzzer came to: executions, coverage in edges, features, executions a second.
  grep -E '^#[0-9]+.* cov: ' "$out/logs/$target.log" | tail -n 1 | sed -E 's/ +corp: .* (exec\/s: [0-9]+).*/ \1/'
done

for target in "${broken[@]}"; do
  printf '\n%s: FAILED, see out/fuzz/logs/%s.log\n' "$target" "$target"
  grep -A 12 -m 1 -E 'panicked at|ERROR: libFuzzer' "$out/logs/$target.log" || tail -n 5 "$out/logs/$target.log"
  for input in "$out/crashes/$target"/*; do
    [ -f "$input" ] && echo "again: cargo run --release -p rivera-laws --bin replay -- $target ${input#"$PWD/"}"
  done
done
[ ${#broken[@]} = 0 ] && echo "all ${#targets[@]} targets kept their laws"
