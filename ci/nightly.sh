#!/usr/bin/env bash
# What a machine does every night: every fuzz target for RIVERA_FUZZ_SECONDS (default 240: less than an hour in all), and
# the checkers of concurrency. Everything runs, whatever fails; the exit code tells. What fuzzing finds is in out/fuzz.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never

failed=0
make fuzz TIME="${RIVERA_FUZZ_SECONDS:-240}" || failed=1
make loom || failed=1
exit "$failed"
