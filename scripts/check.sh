#!/usr/bin/env bash
# Everything that can be checked without running the software: style, types, the rules between rooms, docs, dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
export MYPYPATH=src
library=(lake codes fhir synth blueprint flow know.intake know.identity know.timeline know.population learn.measure learn.simulate learn.evaluate)

# One command a line: a failure before && would not end the script.
echo "Style";            "$bin/ruff" check .
                         "$bin/ruff" format --check .
echo "Types";            "$bin/mypy" $(printf -- '-p vanguard.%s ' "${library[@]}") -m vanguard.clock -m vanguard.durable -m vanguard.errors \
                           -m vanguard.console -m vanguard.cli -m vanguard.nhs_number -m vanguard.row_file -m vanguard.table_file -m vanguard.lazy_door -m vanguard.own_yaml -m vanguard.no_table
echo "Rules of rooms";   "$bin/lint-imports" --no-cache
echo "Documentation";    "$bin/python" scripts/write-docs.py
                         "$bin/sphinx-build" -q -W --keep-going docs docs/_build/html
echo "Dependencies";     "$bin/python" scripts/audit.py
