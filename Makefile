# newsbeam: `make help` explains the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
ENTITIES := .venv-entities
WHEEL := .venv-wheel
LOWEST := .venv-lowest
DEPLOY := .venv-deploy
DOCS := .venv-docs
LOWEST_TESTS := tests/core tests/sources/test_feeds.py tests/sources/test_feed_guards.py tests/sources/test_documents.py \
	tests/sources/test_warc.py tests/sources/test_answers.py tests/sources/test_archives.py tests/pipelines/test_ingest.py
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Images often set it. What is imported is compiled once then, in place of at every start: 2 s each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help env run test stores test-entities test-wheel test-lowest engines test-engines check check-deploy format docs bench lock lock-lowest clean \
	bench-real bench-quality bench-text bench-feeds bench-wires bench-duplicates bench-fetch bench-kill9 bench-engines bench-stream bench-years bench-bucket bench-views bench-report bench-start

help: ## Show this help.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY) ## Make the environment in .venv with pinned dependencies.

# Who has told pip alone where packages come from gets them by pip, which takes longer.
$(READY): requirements-uv.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "newsbeam needs Python 3.11; call make with PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --only-binary :all: --require-hashes -r requirements-dev.txt \
	  || $(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## Run the whole job on an invented newsroom; ends with a dataset and a report.
	$(BIN)/newsbeam demo --output out/demo

test: $(READY) ## Run the tests that need no engine beyond PyPI.
	$(BIN)/pytest

stores: $(READY) ## Bring an emulator of Azure's store into .engines/, if it can be had; make test uses it.
	@$(BIN)/python -m tests.engines.provision stores

engines: $(READY) ## Bring Prism, Flink and Spark into .engines/, as far as they can be had.
	@$(BIN)/python -m tests.engines.provision

test-engines: $(READY) ## Run the tests on those engines that are there.
	$(BIN)/pytest tests/engines

test-entities: $(READY) ## Run the tests of named entities, in an environment with spaCy.
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(ENTITIES)
	$(BIN)/uv pip install --quiet --python $(ENTITIES)/bin/python --only-binary :all: --require-hashes -r requirements-entities.txt
	$(BIN)/uv pip install --quiet --python $(ENTITIES)/bin/python --no-deps --no-build-isolation --editable .
	$(ENTITIES)/bin/python -m pytest tests/pipelines/test_entity_jobs.py

test-wheel: $(READY) ## Build the wheel, install it by pip (old, new) and uv on each Python here, run the demo.
	$(BIN)/python -m tests.wheels.install $(WHEEL)

test-lowest: $(READY) ## Run the demo and a part of the tests on the lowest versions that newsbeam takes.
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	$(BIN)/uv pip install --quiet --python $(LOWEST)/bin/python --only-binary :all: --require-hashes -r requirements-lowest.txt
	$(BIN)/uv pip install --quiet --python $(LOWEST)/bin/python --no-deps --no-build-isolation --editable .
	$(LOWEST)/bin/newsbeam demo --output $(LOWEST)/demo
	$(LOWEST)/bin/python -m pytest $(LOWEST_TESTS)

check: $(READY) ## Check format, lint and types.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check-deploy: $(READY) ## Give the examples in configs/deploy to the tools that they are for.
	$(BIN)/python -m tests.deploy.check $(DEPLOY)

format: $(READY) ## Format the code and mend what ruff can.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Run a benchmark that prints its table, and keep the table if there is one.
define keep_table
	@$(BIN)/python -m benchmarks.$(1) $(2) > $(VENV)/table.md
	@cat $(VENV)/table.md
	@if grep -q '^|' $(VENV)/table.md; then cp $(VENV)/table.md benchmarks/results/$(1).md; fi
endef

docs: $(READY) ## Make the manual as a site in out/manual, its links and pages from the code checked.
	$(BIN)/python -m benchmarks.make_reference
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(DOCS)
	$(BIN)/uv pip install --quiet --python $(DOCS)/bin/python --only-binary :all: --require-hashes -r requirements-docs.txt
	$(DOCS)/bin/zensical build --clean --strict

bench: bench-real bench-quality bench-text bench-feeds bench-wires bench-duplicates bench-fetch bench-kill9 bench-engines bench-stream bench-years bench-bucket bench-views bench-report bench-start ## Run all benchmarks; their tables go to benchmarks/results/.

bench-real: $(READY) ## Ingest real pages, feeds, texts and archives, and score the dataset.
	$(BIN)/python -m benchmarks.real

bench-quality: $(READY) ## Score text, titles, authors and dates on real pages; extraction speed.
	$(BIN)/python -m benchmarks.quality --write

bench-text: $(READY) ## Score cleaning, credits and languages on real texts.
	$(call keep_table,text)

bench-feeds: $(READY) ## Read real feeds, sitemaps and archives, and compare with the truth.
	$(call keep_table,feeds)

bench-wires: $(READY) ## Read items of the news trade, and compare each field with the truth.
	$(call keep_table,wires)

bench-duplicates: $(READY) ## Score near-duplicates on labelled and planted pairs.
	$(BIN)/python -m benchmarks.duplicates

bench-fetch: $(READY) ## Cost of a request beside other clients; pauses between requests.
	$(call keep_table,fetch)

bench-kill9: $(READY) ## Kill writers 500 times with -9 beside a live reader.
	$(call keep_table,kill9,--kills 500)

bench-engines: $(READY) ## The same pages on every engine: results, CPU a page, faults.
	$(BIN)/python -m benchmarks.engines

bench-stream: $(READY) ## Watch a newsroom that publishes for 30 minutes: lag, completeness, memory.
	$(call keep_table,stream)

bench-years: $(READY) ## What a pass, a commit and an audit cost after thousands of commits.
	$(call keep_table,years)

bench-bucket: $(READY) ## A dataset in a bucket beside one on a disk: time, requests, a long past, kills.
	$(call keep_table,bucket)
	$(BIN)/python -m benchmarks.kill9 --kills 200 --store s3 > benchmarks/results/kill9_s3.md

bench-views: $(READY) ## What a version of a table costs beside its commit; what readers count.
	$(call keep_table,views)

bench-report: $(READY) ## What a report costs over 2,000,000 rows, and beside an older build.
	$(call keep_table,report)

bench-start: $(READY) ## CPU time of commands that have little to do, beside an older build.
	$(BIN)/python -m benchmarks.start 2b25080

lock: $(READY) ## Pin the dependencies of pyproject.toml again, with hashes.
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --allow-unsafe --extra dev pyproject.toml --output-file requirements-dev.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --allow-unsafe --extra dev --extra entities --constraint requirements-dev.txt pyproject.toml --output-file requirements-entities.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --group docs --output-file requirements-docs.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --constraint requirements-dev.txt --group uv --output-file requirements-uv.txt

lock-lowest: $(READY) ## Pin the lowest versions of the ranges in pyproject.toml, with hashes.
	$(BIN)/uv pip compile --quiet --python-version 3.11 --resolution lowest-direct --only-binary :all: --generate-hashes --no-header --no-annotate --allow-unsafe --extra sql --group lowest pyproject.toml --output-file requirements-lowest.txt

clean: ## Remove the environment and what runs left behind.
	rm -rf $(VENV) $(ENTITIES) $(WHEEL) $(LOWEST) $(DEPLOY) $(DOCS) build out .mypy_cache .pytest_cache .ruff_cache .hypothesis newsbeam.egg-info
