#!/usr/bin/env bash
# Fetches the chart library again: the builds that the page embeds, and the licences of all that they bundle.
# To move to newer versions, change them here and in README.md, and look at the page in a browser.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --ignore-scripts --no-audit --no-fund --no-package-lock --omit=optional --loglevel=error \
    vega@6.4.0 vega-lite@6.4.3 vega-embed@7.3.0

for package in vega vega-lite vega-embed; do
    # There are no source maps beside a page that stands alone.
    sed '/^\/\/# sourceMappingURL=/d' "$work/node_modules/$package/build/$package.min.js" > "$package.min.js"
done

(
    cd "$work/node_modules"
    for licence in $(find . -iname 'LICENSE*' -not -path '*/build/*' | LC_ALL=C sort); do
        printf '%s\n\n' "== $(dirname "${licence#./}") =="
        cat "$licence"
        printf '\n\n'
    done
) > LICENSES.txt

sha256sum ./*.min.js > SHA256SUMS
