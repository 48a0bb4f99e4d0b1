# The one list of commands. `make` alone prints it; CI runs `make check`.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check lint format bench campaign-writes chaos
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## bring what is missing: Python packages into .venv, page assets
	@$(PYTHON) -m tools.setup

demo: setup ## start QuickBooks (the emulator) and the app on http://127.0.0.1:8000; Ctrl-C stops both
	@$(BIN)/oodaloo demo

test: ## run the whole test suite (ARGS="-k runway" passes options to pytest, WORKERS=1 sets its processes)
	@$(PYTHON) -m tools.setup --tests
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: lint test ## all that CI asks for: lint, then test

lint: setup ## formatting, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src tests tools benchmarks
	@$(BIN)/mypy packages/qbo-emulator/src packages/qbo-emulator/tests
	@$(BIN)/lint-imports

format: setup ## put the code into its one format, fix what lint can fix
	@$(BIN)/ruff check --fix-only --exit-zero --quiet .
	@$(BIN)/ruff format .

bench: setup ## measure: a table, or one JSON object with JSON=1
	@$(BIN)/python -m benchmarks $(if $(JSON),--json)

campaign-writes: setup ## N writes under faults, edits and kills, judged by QuickBooks' books (N=1000 DB=postgresql SEED=2)
	@$(BIN)/python -m benchmarks.campaign_writes $(if $(N),--writes $(N)) $(if $(DB),--database $(DB)) $(if $(SEED),--seed $(SEED))

chaos: setup ## N payments decided, carried out and judged by QuickBooks' books while workers die (SEED=1 DB=postgresql WORKERS=3)
	@$(BIN)/python -m benchmarks.chaos $(if $(N),--decisions $(N)) $(if $(DB),--database $(DB)) $(if $(SEED),--seed $(SEED)) $(if $(filter-out auto,$(WORKERS)),--workers $(WORKERS))
