#!/usr/bin/env bash
# Makes sure that the OpenID provider of the sign-in tests is installed. Takes npm from the machine, or else from the
# Node.js that the front-end assets were built with.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || PATH="$PWD/.venv/bin:$PATH"
cd tests/oidc
# An installed tree that already matches the lock is used as it is.
cmp -s package-lock.json node_modules/.built-from || {
  echo "Installing the OpenID provider for the sign-in tests"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.built-from
}
