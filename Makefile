# `make demo` and `make test` do all the set-up on a fresh machine with Python 3.11+.

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
DEMO := build/demo.db
QUESTION := What makes a growing segment sealed, and which index serves vectors that do not fit into memory?

.PHONY: demo test check lint types examples benchmark lock clean

demo: .venv/ready
	$(BIN)/citeloop ingest examples/docs --library $(DEMO)
	$(BIN)/citeloop ask --library $(DEMO) "$(QUESTION)"

test: .venv/ready
	$(BIN)/python -m pytest

# What .ci/run runs besides: lint, types, examples.
check: lint types examples

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

examples: .venv/ready
	$(BIN)/citeloop ingest examples/docs --library $(DEMO)
	for script in examples/*.py; do \
		echo "== $$script"; CITELOOP_LIBRARY=$(DEMO) $(BIN)/python $$script || exit 1; \
	done

# The start-up of the command and, where ../shared/data is, retrieval on SciFact.
benchmark: .venv/ready
	$(BIN)/python tests/benchmarks/startup.py
	$(BIN)/python tests/benchmarks/retrieval.py

# The lock, for all platforms and every Python that is supported; needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --upgrade --output-file requirements.lock

ifdef UV
.venv/ready: requirements.lock pyproject.toml
	uv venv --quiet --allow-existing --python $(PYTHON) .venv
	uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	$(BIN)/python -m compileall -q agent tools prompts
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
