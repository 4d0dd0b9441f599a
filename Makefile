# newsbeam: `make help` explains the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help env run test check format bench bench-real lock clean

help: ## Show this help.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY) ## Make the environment in .venv with pinned dependencies.

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "newsbeam needs Python 3.11; call make with PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## Run the whole job on an invented newsroom; ends with a dataset and a report.
	$(BIN)/newsbeam demo --output out/demo

test: $(READY) ## Run the tests that need no engine beyond PyPI.
	$(BIN)/pytest

check: $(READY) ## Check format, lint and types.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(READY) ## Format the code and mend what ruff can.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: bench-real ## Run all benchmarks; tables go to benchmarks/results/.

bench-real: $(READY) ## Ingest real pages, feeds, texts and archives, and score the dataset.
	$(BIN)/python -m benchmarks.real

lock: $(READY) ## Pin the dependencies of pyproject.toml again, with hashes.
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --allow-unsafe --extra dev pyproject.toml --output-file requirements-dev.txt

clean: ## Remove the environment and what runs left behind.
	rm -rf $(VENV) out .mypy_cache .pytest_cache .ruff_cache .hypothesis newsbeam.egg-info
