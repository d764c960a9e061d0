# Two commands matter to a newcomer: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Where Python may not keep what it compiled, each process compiles the whole service anew: 2 seconds of each start.
export PYTHONDONTWRITEBYTECODE :=
ASSETS := src/vanguard/web/static/built/.stamp

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.run: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Vanguard needs Python 3.11 or later: install it, or name it with make PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "This Python has no venv: on Debian, apt-get install python3.11-venv"; exit 1; }
	echo "Installing the locked packages"
	$(PIP) install --require-hashes -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# Most of this is never imported: what is, is compiled then.
$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@echo "Installing what checks and tests need"
	$(PIP) install --no-compile --require-hashes -r requirements/dev.lock
	touch $@

$(ASSETS): package-lock.json $(wildcard src/vanguard/web/assets/*) | $(VENV)/.run
	@bash scripts/build-assets.sh

setup: $(VENV)/.run $(ASSETS)  ## virtual environment, locked packages, front-end assets

run: setup  ## a demo place of 20,000 synthetic people on http://127.0.0.1:8000
	@$(BIN)/vanguard demo

# One worker more than processors: some always wait for a browser, a server or a disk.
test: setup $(VENV)/.dev  ## the whole suite: SQLite, PostgreSQL, browser
	@bash scripts/ensure-browser.sh
	@bash scripts/ensure-provider.sh
	$(BIN)/python -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --maxprocesses 5 $(PYTEST_ARGS)

test-long: setup $(VENV)/.dev  ## proofs too long for every run: note the result in docs/long-tests.md
	@bash scripts/ensure-browser.sh
	@bash scripts/ensure-provider.sh
	VANGUARD_EXAMPLES=$${VANGUARD_EXAMPLES:-10000} $(BIN)/python -m pytest -m long --timeout 3600 $(PYTEST_ARGS)

check: setup $(VENV)/.dev  ## lint, types, room rules, docs build, dependency audit
	@bash scripts/check.sh

bench: setup $(VENV)/.dev  ## benchmarks, one line of JSON each
	@$(BIN)/python -m benchmarks

# One thread: on matrices this small more of them only wait for each other.
evaluate-vanguards: setup  ## remakes docs/evaluations/vanguards.md from the open data (VANGUARD_OPEN_DATA)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python scripts/evaluate-vanguards.py

safety: setup $(VENV)/.dev  ## turns off each control of the hazard log: its test must fail (long)
	@$(BIN)/python -m scripts.safety $(CONTROLS)

lock:  ## remake the locked dependencies from pyproject.toml
	@bash scripts/lock.sh

clean:  ## remove what was built, but not the place
	@rm -rf $(VENV) node_modules tests/oidc/node_modules build docs/_build docs/generated src/vanguard/web/static/built

.PHONY: help setup run test test-long check bench evaluate-vanguards safety lock clean
