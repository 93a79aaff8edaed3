"""The pytest plugin: fixtures, a marker and options for tests of agents.

It is loaded in every run of every project that Citeloop is installed for, so it imports
what pytest itself has imported and nothing else, and nothing in it is `autouse`. What a
fixture needs is imported when a test asks for it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from agents.testing import ScriptedModel

    from agent.testing.network import Refusals
    from agent.testing.scripts import Script, Spoken
    from agent.testing.servers.chat_server import ChatServer
    from agent.testing.servers.fault_server import FaultServer
    from agent.testing.servers.harmony_server import Completion, HarmonyServer
    from tools.library.library import Library

MARKER = "citeloop"
_GPT_OSS = ("gpt-oss-20b",)
_SAYS = (
    f"{MARKER}(repeat=1, at_least=None): run the test `repeat` times, each with "
    "fixtures of its own; it passes if `at_least` of them pass (all, by default)."
)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, so that `--strict-markers` knows it."""
    config.addinivalue_line("markers", _SAYS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a marker that cannot be understood, before anything runs."""
    for item in items:
        if item.get_closest_marker(MARKER) is not None:
            from agent.testing.marking import read_mark

            read_mark(item)


def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> bool | None:
    """Run a test that is marked so several times."""
    if item.get_closest_marker(MARKER) is None:
        return None
    from agent.testing.repeating import run_repeatedly

    return run_repeatedly(item, nextitem)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Keep what the assertions of a test measured as its properties."""
    measuring = sys.modules.get("agent.testing.measuring")
    if measuring is not None:
        item.user_properties += measuring.take()


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """Show calls that are not the same as an aligned table."""
    if op != "==" or "agent.matching.call" not in sys.modules:
        return None
    from agent.testing.comparing import table_of

    return table_of(left, right)


@pytest.fixture
def scripted_model() -> Callable[..., "ScriptedModel"]:
    """A model of the Agents SDK that says what it is given, turn by turn."""
    from agent.testing.scripts import scripted

    return scripted


@pytest.fixture
def chat_server() -> Iterator[Callable[..., "ChatServer"]]:
    """Start servers of chat completions that answer by a script."""
    from agent.testing.scripts import read_script
    from agent.testing.servers.chat_server import serve

    with ExitStack() as running:

        def start(script: "Script", models: Sequence[str] = _GPT_OSS) -> "ChatServer":
            return running.enter_context(serve(read_script(script), models))

        yield start


@pytest.fixture
def fault_server() -> Iterator[Callable[..., "FaultServer"]]:
    """Start servers that do what a fault of the table says, and then as a script."""
    from agent.testing.playing import faulty

    with ExitStack() as running:

        def start(
            name: str, then: "Sequence[Spoken]" = (), models: Sequence[str] = _GPT_OSS
        ) -> "FaultServer":
            return running.enter_context(faulty(name, then, models))

        yield start


@pytest.fixture
def harmony_server() -> Iterator[Callable[..., "HarmonyServer"]]:
    """Start servers that read and write gpt-oss's own format, as gpt-oss's do."""
    from agent.testing.servers.harmony import MissingHarmonyError, require_harmony
    from agent.testing.servers.harmony_server import serve

    try:
        require_harmony()
    except MissingHarmonyError as error:
        pytest.fail(str(error), pytrace=False)
    with ExitStack() as running:

        def start(
            script: "Sequence[Completion] | Callable[[dict[str, Any]], Completion]",
        ) -> "HarmonyServer":
            return running.enter_context(serve(script))

        yield start


@pytest.fixture
def library_of() -> "Callable[[Mapping[str, str]], Library]":
    """Make libraries of given texts, in memory: names of documents to their texts."""
    from agent.testing.libraries import library_of

    return library_of


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> "Refusals":
    """Refuse every connection that leaves this machine."""
    from agent.testing.network import refuse_network

    return refuse_network(monkeypatch.setattr)
