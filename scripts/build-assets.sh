#!/usr/bin/env bash
# Builds the front-end assets into src/vanguard/web/static/built. Takes npm from the machine, or else from a PyPI wheel.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
  echo "No npm here: taking Node.js from PyPI"
  .venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/node.lock
  PATH="$PWD/.venv/bin:$PATH"
fi
echo "Building the front-end assets"
# An installed tree that already matches the lock is used as it is.
cmp -s package-lock.json node_modules/.built-from || {
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.built-from
}
built=src/vanguard/web/static/built
nhsuk=node_modules/nhsuk-frontend/dist/nhsuk
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
npx --no-install sass --no-source-map --style=compressed --quiet-deps --load-path="$nhsuk" \
  src/vanguard/web/assets/vanguard.scss "$fresh/vanguard.css"
cp src/vanguard/web/assets/*.js "$nhsuk/nhsuk-frontend.min.js" node_modules/htmx.org/dist/htmx.min.js \
  node_modules/vega/build/vega.min.js node_modules/vega-lite/build/vega-lite.min.js \
  node_modules/vega-embed/build/vega-embed.min.js "$fresh/"
# The maps are not served, so nothing may point to them.
sed -i 's|//# sourceMappingURL=.*$||' "$fresh"/*.js
mkdir -p "$fresh/images"
cp "$nhsuk"/assets/images/favicon.* "$fresh/images/"
chmod 755 "$fresh"
rm -rf "$built"
mkdir -p "$(dirname "$built")"
cp -r "$fresh" "$built"
# A page must never ask another site for anything: fonts and icons included.
if grep -nE 'url\((["'\'']?)(https?:)?//' "$built/vanguard.css"; then
  echo "The built style sheet asks another site for something: see above." >&2
  exit 1
fi
touch "$built/.stamp"
