# make demo: set up and profile the samples · make test: set up and run the whole suite · make check: the fast part
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench clean

demo: $(VENV)/.ready
	rm -rf runs/demo
	$(BIN)/overthink import samples/responses.jsonl --out runs/demo
	$(BIN)/overthink score runs/demo --format table
	@echo "report: runs/demo/*/report.json"

test: $(VENV)/.ready-dev
	$(BIN)/pytest -n 2

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 -q -m "not slow"

bench: $(VENV)/.ready-dev
	$(BIN)/python benchmarks/speed.py

clean:
	rm -rf $(VENV) runs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "overthink needs Python 3.11 or newer: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
