"""These tests run against a real llama-server, and only if they are asked for."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.llm.llama_server import MissingError, qwen, serve, tiny

WANTED = os.environ.get("CITELOOP_TEST_LLM", "")
"""`tiny`, `qwen` or blank; `make test-llm` sets it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what was not asked for, and say how to ask."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        name = item.path.stem.removeprefix("test_")
        if name not in WANTED.split(","):
            command = "make test-llm" + ("" if name == "tiny" else f" LLM={name}")
            item.add_marker(pytest.mark.skip(reason=f"`{command}` runs it"))


@contextmanager
def served(get_model: Callable[[], Path], *options: str) -> Iterator[str]:
    """Yield the URL of a server, or skip with the reason why there is none."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(serve(get_model(), "--parallel", "1", *options))
        except MissingError as error:
            pytest.skip(str(error))
        yield url


_TINY = "--threads 1 --ctx-size 6144 --predict 600 --alias tiny-gptoss"
"""Two threads wait for one another; and this model may not stop by itself."""
_QWEN = (
    "--threads 2 --ctx-size 16384 --predict 1200 --seed 1 --cache-ram 0 --alias qwen"
)
"""No prompt is kept but the last one: two ways may send the same, and are timed."""


@pytest.fixture(scope="session")
def tiny_url() -> Iterator[str]:
    """A server of the tiny gpt-oss."""
    with served(tiny, *_TINY.split()) as url:
        yield url


@pytest.fixture(scope="session")
def qwen_url() -> Iterator[str]:
    """A server of Qwen2.5-Coder-1.5B-Instruct."""
    with served(qwen, *_QWEN.split()) as url:
        yield url
