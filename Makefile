# Needs Python >= 3.11 with venv, and make; everything else is installed from the lock files.
PYTHON ?= python3
PORT ?= 3000
UV := .tools/bin/uv
BIN := .venv/bin
SOURCES := pipelines assets tests benchmarks

# In a pipe a line a minute says that a step still goes on; on a terminal pip and uv show their own progress. The sleeper
# holds none of our streams, so that whoever reads the pipe does not wait for it.
TICK = [ -t 1 ] || { (while sleep $(or $(GONGKAI_PROGRESS_SECONDS),60) </dev/null >/dev/null 2>&1; do \
	echo "  仍在安装 still installing: $@"; done) & tick=$$!; trap 'kill $$tick' EXIT; }

# An extra, once installed, stays: syncing must not drop it.
ALL_EXTRAS := ocr explore store cluster postgres archive
EXTRAS := $(foreach extra,$(ALL_EXTRAS),$(if $(wildcard .venv/.$(extra)),requirements-$(extra).lock))
# As it is when a recipe runs: `make install-ocr .venv/.dev` has added one since the line above was read.
EXTRAS_NOW := $$(for extra in $(ALL_EXTRAS); do [ ! -e .venv/.$$extra ] || echo requirements-$$extra.lock; done)

# Every run, worker and test starts processes that import the same modules: what is compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run install install-ocr install-store install-cluster install-postgres install-archive test mutants faults ui explore \
	notebook docs sbom vulnerabilities lock format clean

run: install ## install, read data/raw, publish, print what is in the warehouse
	$(BIN)/gongkai run

install: .venv/.installed .venv/.compiled

install-ocr: .venv/.ocr ## install what recognises scans and pictures (about 300 MB)

install-store: .venv/.store ## install what publishes to and reads from object stores (about 20 MB)

install-cluster: .venv/.cluster .venv/.store ## install what hands reading out to other machines (about 40 MB)

install-postgres: .venv/.postgres ## install what keeps the ledger and Dagster's state in PostgreSQL (about 15 MB)

install-archive: .venv/.archive ## install what writes a source as a WARC file (about 1 MB)

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
	$(BIN)/python -m benchmarks.faults && $(BIN)/python -m benchmarks.bit_rot

ui: install ## open Dagster at http://localhost:3000 (or another PORT), for this machine alone
	$(BIN)/python -m pipelines.commands.dagster_home $(BIN)/python -m assets.ui --port $(PORT)

explore: .venv/.explore ## open the explorer of the current release at http://localhost:8501 (installs about 250 MB)
	$(BIN)/gongkai explore

notebook: .venv/.explore ## open the notebook of five questions
	$(BIN)/marimo run docs/notebooks/analysis.py

docs: .venv/.dev ## write sql/schema.sql, docs/dictionary.md and docs/schemas from what is declared
	$(BIN)/python -m pipelines.commands.docs

sbom: .venv/.dev ## write docs/sbom.cdx.json, the bill of materials (CycloneDX), from the lock files
	$(BIN)/python -m pipelines.commands.bill_of_materials

vulnerabilities: .venv/.dev ## ask the index for known vulnerabilities of what is locked; needs a network
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

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
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra archive -c requirements.lock -c requirements-dev.lock pyproject.toml -o requirements-archive.lock

clean:
	if [ -d data/warehouse ]; then chmod -R u+w data/warehouse; fi
	rm -rf .venv .tools .dagster data/warehouse

$(UV): requirements-tools.lock
	@echo "1/4 安装 uv：约 60 MB，不到一分钟 installing uv: about 60 MB, less than a minute"
	@$(TICK); $(PYTHON) -m venv .tools && \
		.tools/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $(UV)

.venv/bin/python:
	@echo "2/4 建立 .venv：几秒 making .venv: some seconds"
	@$(PYTHON) -m venv .venv

# A checkout that has the test tools keeps them: installing must not flip between the two sets. Packages are compiled
# here, once: every run, worker and test starts a process that imports some 3,000 modules.
.venv/.installed: requirements.lock $(EXTRAS) pyproject.toml $(UV) | .venv/bin/python
	@if [ -e .venv/.dev ]; then $(MAKE) -B .venv/.dev; else \
		echo "3/4 安装程序库：数百 MB，视网速几分钟 installing libraries: several hundred MB, some minutes"; \
		$(TICK); $(UV) pip sync --compile-bytecode --python $(BIN)/python requirements.lock $(EXTRAS_NOW) && \
		$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; fi
	@touch $@

.venv/.dev: requirements-dev.lock $(EXTRAS) pyproject.toml $(UV) | .venv/bin/python
	@echo "3/4 安装程序库和测试工具：约 2 GB，视网速几分钟 installing libraries and test tools: about 2 GB, some minutes"
	@$(TICK); $(UV) pip sync --compile-bytecode --python $(BIN)/python requirements-dev.lock $(EXTRAS_NOW) && \
		$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ .venv/.installed

# PDFs are read twice as fast with it, and the same without: no compiler is no failure.
.venv/.compiled: pipelines/reading/pdf/walk.c .venv/.installed
	@echo "4/4 编译 PDF 加速代码：几秒 compiling what makes PDFs fast to read: some seconds"
	-@$(BIN)/python -m pipelines.commands.compile_reader
	@touch $@

.venv/.ocr .venv/.explore .venv/.store .venv/.cluster .venv/.postgres .venv/.archive: .venv/.%: requirements-%.lock .venv/.installed
	@echo "安装附加功能 installing the extra $*：$<"
	@$(TICK); $(UV) pip install --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r $<
	@touch $@
