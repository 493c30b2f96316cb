# Needs Python >= 3.11 with venv, and make; everything else is installed from the lock files.
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
SOURCES := pipelines assets tests benchmarks

# An extra, once installed, stays: syncing must not drop it.
EXTRAS := $(foreach extra,ocr explore store cluster postgres,$(if $(wildcard .venv/.$(extra)),requirements-$(extra).lock))

.PHONY: run install install-ocr install-store install-cluster install-postgres test mutants faults ui explore notebook docs lock format clean

run: install ## install, read data/raw, publish, print what is in the warehouse
	$(BIN)/gongkai run

install: .venv/.installed .venv/.compiled

install-ocr: .venv/.ocr ## install what recognises scans and pictures (about 300 MB)

install-store: .venv/.store ## install what publishes to and reads from object stores (about 20 MB)

install-cluster: .venv/.cluster .venv/.store ## install what hands reading out to other machines (about 40 MB)

install-postgres: .venv/.postgres ## install what keeps the ledger and Dagster's state in PostgreSQL (about 15 MB)

test: .venv/.dev ## all checks: format, lint, layers, types, tests
	$(MAKE) -s .venv/.compiled
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

mutants: .venv/.dev ## try small changes of the placement code against its unit tests; writes docs/mutants.md
	$(BIN)/python -m benchmarks.mutants

faults: .venv/.dev ## stop a small run, or answer it with an error, at each of its 1,100 calls that change files: about an hour
	$(BIN)/python -m benchmarks.faults

ui: install ## open Dagster at http://localhost:3000
	$(BIN)/python -m pipelines.commands.dagster_home $(BIN)/dagster dev -w workspace.yaml

explore: .venv/.explore ## open the explorer of the current release at http://localhost:8501 (installs about 250 MB)
	$(BIN)/gongkai explore

notebook: .venv/.explore ## open the notebook of five questions
	$(BIN)/marimo run docs/notebooks/analysis.py

docs: .venv/.dev ## write sql/schema.sql, docs/dictionary.md and docs/schemas from what is declared
	$(BIN)/python -m pipelines.commands.docs

format: .venv/.dev
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

lock: $(UV) ## resolve pyproject.toml anew; the lock files name no index
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra ocr -c requirements.lock -c requirements-dev.lock pyproject.toml -o requirements-ocr.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra explore -c requirements.lock -c requirements-dev.lock pyproject.toml -o requirements-explore.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra store -c requirements.lock -c requirements-dev.lock pyproject.toml -o requirements-store.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra cluster -c requirements.lock -c requirements-dev.lock pyproject.toml -o requirements-cluster.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra postgres -c requirements.lock -c requirements-dev.lock pyproject.toml -o requirements-postgres.lock

clean:
	if [ -d data/warehouse ]; then chmod -R u+w data/warehouse; fi
	rm -rf .venv .tools .dagster data/warehouse

$(UV): requirements-tools.lock
	$(PYTHON) -m venv .tools
	.tools/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-tools.lock
	touch $(UV)

.venv/bin/python:
	$(PYTHON) -m venv .venv

# A checkout that has the test tools keeps them: installing must not flip between the two sets. Packages are compiled
# here, once: every run, worker and test starts a process that imports some 3,000 modules.
.venv/.installed: requirements.lock $(EXTRAS) pyproject.toml $(UV) | .venv/bin/python
	if [ -e .venv/.dev ]; then $(MAKE) -B .venv/.dev; else \
		$(UV) pip sync -q --compile-bytecode --python $(BIN)/python requirements.lock $(EXTRAS) && \
		$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; fi
	touch $@

.venv/.dev: requirements-dev.lock $(EXTRAS) pyproject.toml $(UV) | .venv/bin/python
	$(UV) pip sync -q --compile-bytecode --python $(BIN)/python requirements-dev.lock $(EXTRAS)
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@ .venv/.installed

# PDFs are read twice as fast with it, and the same without: no compiler is no failure.
.venv/.compiled: pipelines/reading/pdf/walk.c .venv/.installed
	-$(BIN)/python -m pipelines.commands.compile_reader
	touch $@

.venv/.ocr .venv/.explore .venv/.store .venv/.cluster .venv/.postgres: .venv/.%: requirements-%.lock .venv/.installed
	$(UV) pip install -q --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r $<
	touch $@
