#!/usr/bin/env bash
# Everything that can be checked without running the software: style, types, the rules between rooms, docs, dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
export MYPYPATH=src
library=(lake codes fhir synth blueprint flow know.intake know.identity know.timeline know.population learn.measure learn.simulate learn.evaluate)

# Types take as long as all the rest, on a processor of their own; what they come to is said when both are done.
types=$(mktemp)
trap 'kill %% 2>/dev/null || true; rm -f "$types"' EXIT
"$bin/mypy" $(printf -- '-p vanguard.%s ' "${library[@]}") -m vanguard.clock -m vanguard.durable -m vanguard.errors \
  -m vanguard.console -m vanguard.cli -m vanguard.nhs_number -m vanguard.row_file -m vanguard.table_file \
  -m vanguard.lazy_door -m vanguard.own_yaml -m vanguard.no_table >"$types" 2>&1 &
right=true

# One command a line: a failure before && would not end the script.
echo "Style";            "$bin/ruff" check .
                         "$bin/ruff" format --check .
echo "Rules of rooms";   "$bin/lint-imports" --no-cache
echo "Documentation";    "$bin/python" scripts/write-docs.py
                         "$bin/sphinx-build" -q -W --keep-going docs docs/_build/html
echo "Dependencies";     "$bin/python" scripts/audit.py
echo "Types";            wait %% || right=false
                         cat "$types"; $right
