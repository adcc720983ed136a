# Ostiary. On a fresh machine with Python 3.11+ and make: `make run`, `make test`.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PORT ?= 8000
ifdef VAR_DIR
export VAR_DIR
endif

# Where Python may keep no bytecode, each process of the server and of the tests compiles all of it anew: seconds a start.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# One line on the screen; what it says itself goes to VAR_DIR/logs, and to the screen when it fails.
STEP := $(BIN)/python -m config.ops.launch.steps
PIP := $(BIN)/pip install --disable-pip-version-check --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal

.DEFAULT_GOAL := help
.PHONY: words help setup setup-dev setup-js models run test test-all lint lint-js bench lock clean

help: ## list what make can do
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

# --- set-up -------------------------------------------------------------------------------------

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Ostiary needs Python 3.11 or newer on the PATH."; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

.venv/.run-installed: requirements.txt | .venv/bin/python
	@$(STEP) packages "Installing the locked packages (1 to 2 minutes, a gigabyte)" $(PIP) -r requirements.txt
	@touch $@

.venv/.dev-installed: requirements-dev.txt | .venv/bin/python
	@$(STEP) packages "Installing the locked packages and those of the tests (a few minutes)" $(PIP) -r requirements-dev.txt
	@touch $@ .venv/.run-installed

setup: .venv/.run-installed ## install what Ostiary needs to run, into .venv

setup-dev: .venv/.dev-installed ## the same, and what its tests need

node_modules/.installed: package.json package-lock.json
	@npm ci --silent
	@touch $@

setup-js: node_modules/.installed

.env: | .venv/bin/python
	@$(BIN)/python -m config.ops.launch.first_env $@

models: | setup ## build the recognition models that came with pip
	@$(MANAGE) setup_models

# --- the four commands --------------------------------------------------------------------------

run: setup .env ## set everything up, then the demo campus on http://127.0.0.1:$(PORT)
	@exec $(BIN)/python -m config.ops.launch.start $(PORT)

test: setup-dev ## set everything up, then the test suite
	@$(MANAGE) setup_models || echo "Going on without the models: tests that need them say so."
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

test-all: test ## that suite, and then the long tests and those in a browser
	$(BIN)/python -m pytest -n auto --dist loadfile -m "long or browser" $(PYTEST_ARGS)

lint: setup-dev lint-js ## style, types, import contracts, migrations, scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run

# Ostiary runs without node. Where it is missing, the scripts of its pages stay unchecked, which CI does not accept.
lint-js: ## eslint and the unit tests of static/, where node is there
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory setup-js && npm run --silent lint && npm run --silent test; \
	elif [ "$$CI" = true ]; then echo "node and npm are not installed: static/ cannot be checked."; exit 1; \
	else echo "node and npm are not installed: static/ is not checked. CI does it."; fi

bench: setup-dev models ## the benchmarks, printed and written to benchmarks/results.json
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

# --- upkeep -------------------------------------------------------------------------------------

words: setup-dev ## collect the texts to translate into locale/ (needs xgettext, of Debian's gettext)
	@$(MANAGE) makemessages --all --no-location --ignore tests --ignore benchmarks --ignore node_modules

lock: setup-dev ## renew the locked requirements from pyproject.toml
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["mysql"], sep="\n")' \
		| $(LOCK) - -o requirements-mysql.txt
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["tensorflow"], sep="\n")' \
		| $(LOCK) - -c requirements.txt -o requirements-tensorflow.txt

clean: ## remove .venv and caches (var/ and .env, which hold your data and keys, stay)
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
