# `make` alone prints the targets. Everything runs from .venv; nothing is installed outside it.
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install browser run test check-js test-all bench docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP_INSTALL) -e '.[test]'
	touch $@

install: .venv/.installed ## make .venv with the program and its test tools

run: install ## simulate afghanistan-2021 and print the table
	$(BIN)/holdfast run

# A browser comes from the system, and tests of the page say so where there is none.
browser: ## install Chromium for the tests of the page, where it is missing and can be had
	@command -v chromium >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  echo "no Chromium: the tests of the page in a browser are left out (apt-get install chromium)"

test: install browser ## format, lint, types, import contract, quick tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile

check-js: ## check the types of the page's modules (needs npm; nothing is built)
	npx --yes --package typescript@5.9.3 tsc --project tests/page/tsconfig.json

test-all: install browser ## every test, the slow and the nightly ones too
	$(BIN)/pytest -m ''

.venv/.installed-bench: .venv/.installed
	$(PIP_INSTALL) -e '.[bench]'
	touch $@

bench: .venv/.installed-bench ## measure the program beside its peers, and rewrite bench/README.md
	$(BIN)/python bench/run.py

.venv/.installed-docs: .venv/.installed
	$(PIP_INSTALL) -e '.[docs]'
	touch $@

docs: .venv/.installed-docs ## make the manual's tables from the program, and build it into site/
	$(BIN)/python -m holdfast.study.manual docs
	$(BIN)/mkdocs build --strict

clean: ## remove what make made (runs/ is kept)
	rm -rf .venv site dist build .pytest_cache .ruff_cache .import_linter_cache .hypothesis .jax_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
