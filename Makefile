# Two commands set everything up: `make demo` and `make test`.
PYTHON ?= python3
ARGS ?=
WORKERS ?= auto
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: demo test lint bench soak docs lock clean help

help:                     ## say what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

demo: .venv/.run          ## build today's sample digest, deliver it to a local inbox and show it
	@$(BIN)/digest demo $(ARGS)

test: .venv/.test lint    ## check style, types and structure, then run every test
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -rs $(ARGS)

lint: .venv/.test
	@$(BIN)/ruff check src tests bench
	@$(BIN)/ruff format --check --quiet src tests bench
	@$(BIN)/mypy src
	@$(BIN)/lint-imports

bench: .venv/.test        ## print every published figure, each beside a peer or a physical limit
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script $(ARGS) || exit 1; done
	@echo "== bench/delivery.py --million"; $(BIN)/python bench/delivery.py --million --size 5000 $(ARGS)

soak: .venv/.test         ## the long form of the crash tests
	@DIGEST_SOAK=20 $(BIN)/pytest tests/crash -rs $(ARGS)

docs: .venv/.docs         ## build the documentation into site/
	@$(BIN)/zensical build

# What an installation needs. The lock files name versions and hashes, never an address.
.venv/.run: requirements.lock pyproject.toml
	@$(MAKE) --no-print-directory .venv/bin/python
	$(call install,requirements.lock)
	@touch $@

.venv/.test .venv/.docs: requirements-test.lock pyproject.toml
	@$(MAKE) --no-print-directory .venv/bin/python
	$(call install,requirements-test.lock)
	@touch .venv/.run .venv/.test .venv/.docs

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "digest needs Python 3.11 or newer as $(PYTHON). On Debian: apt install python3 python3-venv"; exit 1; }
	@if [ -n "$(UV)" ]; then $(UV) venv --quiet --allow-existing --python $(PYTHON) .venv; \
	 elif ! $(PYTHON) -m venv .venv; then \
	  rm -rf .venv; \
	  echo "A virtual environment could not be made. On Debian: apt install python3-venv"; exit 1; fi

define install
	@echo "installing what $(1) names (about a minute, once)"
	@if [ -n "$(UV)" ]; then \
	  $(UV) pip install --quiet --python .venv/bin/python --require-hashes -r $(1) && \
	  $(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .; \
	 else \
	  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
	  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; fi
endef

clean:                    ## remove what was made here
	rm -rf .venv state build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
