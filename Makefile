# `make demo` and `make test` do all the set-up on a fresh machine with Python 3.11+.

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
DEMO := build/demo.db
QUESTION := What makes a growing segment sealed, and which index serves vectors that do not fit into memory?

.PHONY: demo test test-lite3 test-server test-llm check lint types examples benchmark lock clean

demo: .venv/ready
	$(BIN)/citeloop ingest examples/docs --library $(DEMO)
	$(BIN)/citeloop ask --library $(DEMO) "$(QUESTION)"

test: .venv/ready
	$(BIN)/python -m pytest

# The tests of the library on the two other engines; where one cannot be had, they are
# skipped and say so. The Python engine has the C++ engine's import name, so it lies in
# a folder of its own, at the version that the lock pins for Windows.
LIBRARY_TESTS := tests/tools/test_search.py tests/tools/test_fetch.py tests/tools/test_requery.py \
	tests/tools/library/test_library.py tests/tools/library/test_where.py \
	tests/tools/library/test_fusion.py tests/tools/ingestion/test_ingest.py \
	tests/tools/upkeep/test_copying.py tests/tools/upkeep/test_integrity.py \
	tests/tools/milvus/test_collection.py tests/tools/milvus/test_in_memory.py \
	tests/tools/milvus/test_lite3.py tests/agent/loop/test_question.py \
	tests/agent/loop/test_citations.py tests/agent/loop/test_plain_text.py

test-lite3: .venv/ready build/lite3/ready
	CITELOOP_TEST_ENGINE=lite3 $(BIN)/python -m pytest $(LIBRARY_TESTS) \
		tests/tools/library/test_languages.py

test-server: .venv/ready build/server/ready
	CITELOOP_TEST_ENGINE=server $(BIN)/python -m pytest $(LIBRARY_TESTS) tests/tools/milvus/test_server.py

# llama.cpp's own server, from a wheel or else built, kept in the user's cache folder,
# with a tiny gpt-oss; `make test-llm LLM=qwen` fetches 1.1 GB and asks a real model.
LLM := tiny

test-llm: .venv/ready
	$(BIN)/python -m tests.llm.llama_server $(LLM)
	CITELOOP_TEST_LLM=$(LLM) $(BIN)/python -m pytest tests/llm --timeout 3600 $(if $(filter qwen,$(LLM)),-s)

build/lite3/ready: requirements.lock
	mkdir -p $(@D)
	awk '/^[a-z]/ {take = /^(milvus-lite==3|faiss-cpu==|pyarrow==)/; sub(/ ; [^\\]*/, " ")} take' \
		requirements.lock > build/lite3.txt
	$(INSTALL_INTO) $(@D) -r build/lite3.txt && touch $@ || echo "make: no wheel of milvus-lite 3 here"

# A real Milvus server in a wheel (58 MB), for Linux on x86-64 and for macOS.
SERVER_HASHES := --hash=sha256:328d2ba24fb04a595f47ab226abf5565691bfe242beb88e61b31326d0416bf1a \
	--hash=sha256:69515a0630ce29fd10e101fa442afea8ca1387b93a456cd9bd41fdf3deb93d04 \
	--hash=sha256:e35a8d6397da1f0f685d0f55afad8654296ff3b3aea296439e53ce9980d1ad22

build/server/ready: Makefile
	mkdir -p $(@D)
	echo "milvus==2.3.5 $(SERVER_HASHES)" > build/server.txt
	$(INSTALL_INTO) $(@D) -r build/server.txt && touch $@ || echo "make: no wheel of milvus 2.3.5 here"

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

# The start-up of the command and, where ../shared/data is, retrieval.
benchmark: .venv/ready
	$(BIN)/python tests/benchmarks/startup.py
	$(BIN)/python tests/benchmarks/retrieval.py

# The lock, for all platforms and every Python that is supported; needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --upgrade --output-file requirements.lock

ifdef UV
INSTALL_INTO = uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --target
.venv/ready: requirements.lock pyproject.toml
	uv venv --quiet --allow-existing --python $(PYTHON) .venv
	uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
INSTALL_INTO = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade --target
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	$(BIN)/python -m compileall -q agent tools prompts
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
