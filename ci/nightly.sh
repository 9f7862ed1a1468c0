#!/usr/bin/env bash
# nightly.sh [TARGET...]: what a machine does every night: every fuzz target for RIVERA_FUZZ_SECONDS (default 240: less than an
# hour in all), and the checkers of concurrency. If targets are named, only those are fuzzed, and nothing is checked besides.
# Everything runs, whatever fails; the exit code tells. What fuzzing finds is in out/fuzz.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never

failed=0
make fuzz TIME="${RIVERA_FUZZ_SECONDS:-240}" TARGETS="$*" || failed=1
[ $# -gt 0 ] || make loom || failed=1
exit "$failed"
