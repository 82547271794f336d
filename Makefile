# digest: `make demo` and `make test` need nothing but python3 (3.11 or newer), its venv module and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types floors campaign coverage docs lock dist bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Two stamps, so that the demo does not wait for the test tools.
$(VENV)/run.stamp: locks/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("digest needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing digest into $(VENV) …"
	@$(PIP) install --no-deps --require-hashes -r locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: locks/dev.txt $(VENV)/run.stamp
	@echo "installing the test tools …"
	@$(PIP) install --no-deps --require-hashes -r locks/dev.txt
	@touch $@

demo: $(VENV)/run.stamp ## see the whole morning: collect, print, mail, read (no network)
	@$(BIN)/digest demo --keep demo

test: $(VENV)/dev.stamp ## run the tests
	@$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not campaign"

check: lint types floors test ## lint, types, floors, tests

lint: $(VENV)/dev.stamp ## ruff, all rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## mypy --strict
	@$(BIN)/mypy

floors: $(VENV)/dev.stamp ## import-linter: which room may know which
	@$(BIN)/lint-imports --no-cache

coverage: $(VENV)/dev.stamp ## tests with branch coverage and its floors
	@$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not campaign" --cov --cov-report=term
	@$(BIN)/python tests/coverage_floors.py

campaign: $(VENV)/dev.stamp ## long fault campaigns: hundreds of kills
	@DIGEST_CAMPAIGN=1 $(BIN)/python -m pytest -q -m campaign --timeout 3600

bench: $(VENV)/dev.stamp ## measure, side by side in one run
	@$(BIN)/python benchmarks/run.py

docs: $(VENV)/dev.stamp ## write docs/reference from the settings, the commands and the errors
	@$(BIN)/python docs/generate.py

lock: $(VENV)/dev.stamp ## resolve the dependencies anew, with hashes
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group build --extra postgresql -o locks/run.txt pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev --extra postgresql -o locks/dev.txt -c locks/run.txt pyproject.toml

dist: $(VENV)/dev.stamp ## build the wheel and the source archive
	@$(BIN)/python -m build --no-isolation

clean: ## remove what was built (not your data)
	@rm -rf build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis demo
