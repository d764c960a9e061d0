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
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
built=src/vanguard/web/static/built
rm -rf "$built"
mkdir -p "$built"
npx sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules/nhsuk-frontend/dist \
  src/vanguard/web/assets/vanguard.scss "$built/vanguard.css"
cp node_modules/nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js "$built/"
cp -r node_modules/nhsuk-frontend/dist/nhsuk/assets "$built/assets"
cp node_modules/htmx.org/dist/htmx.min.js "$built/"
cp node_modules/vega/build/vega.min.js node_modules/vega-lite/build/vega-lite.min.js \
  node_modules/vega-embed/build/vega-embed.min.js "$built/"
touch "$built/.stamp"
