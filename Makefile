# Every job a person runs. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Seconds for each fuzz target, and which of them: all if there are none.
TIME ?= 60
TARGETS ?=
# Where all the recordings of the real Diego are; a sample of them is in the project.
export RIVERA_GOLDEN ?= $(abspath ../shared/golden)

TOOLS := target/tools
KERNEL := rivera-model rivera-auction rivera-limiter rivera-lifecycle
RIVERA := $(or $(CARGO_TARGET_DIR),target)/release/rivera

.PHONY: help compare dist package deny advisories test parquet loom golden lint bench instructions instructions-held trust trust-held fuzz corpora docs fleets charts schemas sweeps analysis clean

help: ## List the jobs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

compare: ## Compare throttle settings on the bundled export; writes out/compare.html
	cargo build --release --locked -p rivera
	@mkdir -p out
	$(RIVERA) compare --fleet examples/fleets/small --max-in-flight 1,2,4,8 --max-starts 20,50,200 -o out/compare.html
	@echo "The report is out/compare.html"

dist: ## Pack the program with manual pages, completions, examples and licences: out/dist/rivera-VERSION-TARGET.tar.gz
	ci/dist.sh

package: ## Pack the kernel crates as a registry takes them, and build each from its package
	cargo package --locked $(KERNEL:%=-p %)

deny: $(TOOLS)/bin/cargo-deny ## Licences, bans and sources of all dependencies, by deny.toml (known faults: make advisories)
	$(TOOLS)/bin/cargo-deny check bans licenses sources

advisories: $(TOOLS)/bin/cargo-deny ## Known faults of dependencies; fetches the database of them
	$(TOOLS)/bin/cargo-deny check advisories

test: ## Run all tests
	cargo test --workspace --locked

parquet: ## Test what writes Parquet, which ordinary builds leave out
	cargo test --locked -p rivera-report --features parquet --test experiment_parquet
	cargo test --locked -p rivera --features parquet --test command_line parquet

# Each has a folder of its own, so that what is built for the ordinary tests stays.
loom: ## Run what threads share under model checkers: loom (every interleaving), shuttle (random ones of 8 threads)
	for checker in loom shuttle; do \
	  RUSTFLAGS="--cfg $$checker" CARGO_TARGET_DIR=target/$$checker cargo test --locked -p rivera-limiter -p rivera-lifecycle --test $$checker; \
	done

golden: ## Check against all recordings in RIVERA_GOLDEN (default ../shared/golden)
	cargo test --locked -p rivera-tests -- --ignored --nocapture golden_

lint: ## Formatting and lints, as CI demands them
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy -p rivera-report -p rivera --features parquet --all-targets --locked -- -D warnings

bench: ## Run all benchmarks and write benches/RESULTS.md anew
	rm -rf target/criterion target/instructions.json
	cargo bench --locked -p rivera-benches
	@$(MAKE) --no-print-directory instructions
	@cargo run --release --quiet --locked -p rivera-benches --bin results -- \
	  --date $$(date -I) --commit $$(git describe --always --dirty) --rust "$$(rustc --version)"
	@echo "The results are in benches/RESULTS.md"

instructions: ## Count the instructions of the hot paths; fails if they have grown by more than 5 % (needs valgrind)
	cargo run --release --quiet --locked -p rivera-benches --bin instructions

instructions-held: ## Write the counts down, as those to be held from now on
	cargo run --release --quiet --locked -p rivera-benches --bin instructions -- --write

trust: ## Simulate again what the chapter "How far can you trust it" says, and write its tables anew (minutes)
	cargo run --release --quiet --locked -p rivera-trust

trust-held: ## Whether those tables are still what the simulator gives
	cargo run --release --quiet --locked -p rivera-trust -- --check

fuzz: $(TOOLS)/bin/cargo-fuzz ## Run every fuzz target for TIME seconds (default 60), or only TARGETS; needs a nightly toolchain
	PATH="$(abspath $(TOOLS))/bin:$$PATH" ci/fuzz.sh $(TIME) $(TARGETS)

corpora: $(TOOLS)/bin/cargo-fuzz ## Take what fuzzing found into the corpora, as few inputs as reach everything
	PATH="$(abspath $(TOOLS))/bin:$$PATH" ci/corpora.sh $(TARGETS)

docs: $(TOOLS)/bin/mdbook ## Build the book (target/book) and the reference of the crates (target/doc)
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --exclude rivera-tests --exclude rivera-benches
	$(TOOLS)/bin/mdbook build docs --dest-dir $(abspath target/book)

fleets: ## Write the bundled export anew from its recipe
	cargo build --release --locked -p rivera
	rm -rf examples/fleets/small
	$(RIVERA) fleet synth examples/fleets/small.toml -o examples/fleets/small

charts: ## Fetch the chart library of the report anew, in the versions that are pinned
	crates/report/assets/vendor/update.sh

schemas: ## Write the JSON Schemas of experiments and scenarios anew (docs/schemas)
	RIVERA_WRITE_SCHEMAS=1 cargo test --locked -p rivera-experiment --test schemas

sweeps: target/sweeps/installed ## Spread an experiment over workers of Dask and HyperQueue, one of them killed (needs Python 3.10 and PyPI)
	cargo build --release --locked -p rivera
	RIVERA=$(abspath $(RIVERA)) PYTHONDONTWRITEBYTECODE=1 target/sweeps/bin/python -m pytest -q -p no:cacheprovider examples/sweeps

# A folder of its own, so that the program without Parquet stays what `make compare` has built.
analysis: target/analysis/installed ## Analyse an experiment with DuckDB and pandas, from Parquet, and compare with the program's own result (needs Python 3.11 and PyPI)
	CARGO_TARGET_DIR=target/parquet cargo build --release --locked -p rivera --features parquet
	@mkdir -p out/analysis
	target/parquet/release/rivera experiment run examples/experiments/throttles.toml --no-cache \
	  -o out/analysis/runs.parquet -o out/analysis/result.json > /dev/null
	for library in duckdb pandas; do \
	  target/analysis/bin/python examples/analysis/with_$$library.py out/analysis/runs.parquet 2 | tee out/analysis/$$library.csv; \
	done
	target/analysis/bin/python examples/analysis/check.py out/analysis/result.json out/analysis/{duckdb,pandas}.csv

clean: ## Remove what was built
	cargo clean
	rm -rf out

$(TOOLS)/bin/cargo-fuzz:
	cargo install --locked --root $(TOOLS) cargo-fuzz

$(TOOLS)/bin/cargo-deny:
	cargo install --locked --root $(TOOLS) cargo-deny

$(TOOLS)/bin/mdbook:
	cargo install --locked --root $(TOOLS) mdbook

target/sweeps/installed: examples/sweeps/requirements.txt
	python3 -m venv --clear target/sweeps
	target/sweeps/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

target/analysis/installed: examples/analysis/requirements.txt
	python3 -m venv --clear target/analysis
	target/analysis/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@
