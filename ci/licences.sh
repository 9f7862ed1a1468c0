#!/usr/bin/env bash
# Prints the licences of everything that is linked into the program: each text once, with the packages that it is of.
# The texts are read from the sources that cargo has built from, so no network is needed. A package without a text, other than
# one that may be taken under the Apache licence, whose text is ours, is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

sources=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$sources" "$work"' EXIT
# Name and version, licence: all that the program is built from, but for what only builds it or tests it.
cargo tree --locked -p rivera -e normal,no-proc-macro --prefix none --format '{p}|{l}' |
  sed 's/ (\*)$//' | grep -v '(/' | sort -u > "$sources"

while IFS='|' read -r package licence; do
  package=${package%% (*}
  crate=${package/ v/-}
  folder=$(find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -mindepth 2 -maxdepth 2 -name "$crate" | head -1)
  [ -n "$folder" ] || { echo "the source of $package is not there: run cargo fetch" >&2; exit 1; }
  found=0
  while IFS= read -r file; do
    hash=$(sha256sum < "$file" | cut -c1-64)
    [ -e "$work/$hash.text" ] || cp "$file" "$work/$hash.text"
    echo "$package ($licence)" >> "$work/$hash.packages"
    found=1
  done < <(find "$folder" -maxdepth 1 -type f \( -iname 'license*' -o -iname 'licence*' -o -iname 'copying*' -o -iname 'unlicense*' -o -iname 'notice*' \) | sort)
  if [ $found = 0 ]; then
    case $licence in
      *Apache-2.0*) echo "$package ($licence)" >> "$work/apache.packages" ;;
      *) echo "$package ($licence) has no file with its licence" >&2; exit 1 ;;
    esac
  fi
done < "$sources"

echo "Rivera is linked with the packages below ($(wc -l < "$sources")). Each licence is followed by its text, once."
if [ -e "$work/apache.packages" ]; then
  printf '\n%s\n' "Taken under the Apache License, Version 2.0, whose text is in the file LICENSE:"
  sed 's/^/  /' "$work/apache.packages"
fi
for packages in $(grep -l . "$work"/*.packages | grep -v apache | xargs -n1 sh -c 'echo "$(head -1 "$0")|$0"' | sort | sed 's/.*|//'); do
  printf '\n%s\n' "=============================================================================="
  sort -u "$packages"
  printf '%s\n\n' "------------------------------------------------------------------------------"
  cat "${packages%.packages}.text"
done
printf '\n%s\n%s\n%s\n\n' "==============================================================================" \
  "Vega, Vega-Lite and Vega-Embed, which are part of the report page" "------------------------------------------------------------------------------"
cat crates/report/assets/vendor/LICENSES.txt
