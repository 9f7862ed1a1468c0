#!/usr/bin/env bash
# Packs the program for machines like this one: out/dist/rivera-VERSION-TARGET.tar.gz, and tries what was packed.
# Packing the same program twice gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(cargo pkgid -p rivera | sed 's/.*[#@]//')
target=$(rustc -vV | sed -n 's/^host: //p')
name=rivera-$version-$target
out=out/dist
folder=$out/$name
rivera=${CARGO_TARGET_DIR:-target}/release/rivera

cargo build --release --locked -p rivera
rm -rf "$folder" "$out/$name.tar.gz"
mkdir -p "$folder"/{bin,completions,man/man1,examples}
cp "$rivera" "$folder/bin/"
cp README.md CHANGELOG.md LICENSE "$folder/"
cp -r examples/fleets examples/scenarios examples/experiments "$folder/examples/"
"$rivera" completions bash > "$folder/completions/rivera.bash"
"$rivera" completions zsh > "$folder/completions/_rivera"
"$rivera" completions fish > "$folder/completions/rivera.fish"
"$rivera" completions powershell > "$folder/completions/_rivera.ps1"
"$rivera" completions elvish > "$folder/completions/rivera.elv"
"$rivera" man -o "$folder/man/man1"
ci/licences.sh > "$folder/LICENCES-OF-OTHERS.txt"

time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$time" -C "$out" -cf - "$name" | gzip -n9 > "$out/$name.tar.gz"

# What was packed must work by itself, in a folder where nothing else is.
trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
tar -C "$trial" -xzf "$out/$name.tar.gz"
cd "$trial/$name"
bash -n completions/rivera.bash
bin/rivera fleet show examples/fleets/small > /dev/null
bin/rivera experiment plan examples/experiments/throttles.toml > /dev/null
bin/rivera demo > demo.txt
grep -q '^Recommended: ' demo.txt
for file in LICENSE LICENCES-OF-OTHERS.txt man/man1/rivera-compare.1 completions/_rivera; do [ -s "$file" ]; done
cd - > /dev/null
echo "packed $out/$name.tar.gz: $(stat -c %s "$out/$name.tar.gz") bytes, $(tar -tzf "$out/$name.tar.gz" | wc -l) entries"
