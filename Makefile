# setup: make .venv and install · demo: the whole job on a made corpus · test: lint, types, tests · docs: the site
PYTHON ?= python3
BIN := .venv/bin
TEST_JOBS ?= 2

.PHONY: setup demo test lint format docs clean

setup: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@echo "installing into .venv; this takes some minutes"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/emotrace demo

test: lint
	$(BIN)/pytest --numprocesses $(TEST_JOBS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "open site/index.html in a browser"

clean:
	rm -rf .venv demo site
