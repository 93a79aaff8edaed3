"""What we use of packages besides what they promise: in one place each, still there.

Where a package has moved on, the test says which name is gone, from which version, and
which function of ours used it. What such a name does is stated in the two files beside
this one.
"""

import ast
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from inspect import signature
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.house.test_layout import modules_of


@dataclass(frozen=True)
class Private:
    """A name that its package does not promise."""

    package: str
    """As it is installed."""
    home: str
    """The module where it lives."""
    name: str
    user: str
    """The one place of ours that uses it."""
    parameters: tuple[str, ...] = ()
    """Those that are given by name."""

    def __str__(self) -> str:
        place = f"{self.package} {version(self.package)}: {self.home}.{self.name}"
        return f"{place} (see {self.user})"


_CONVERTER = "agents.models.chatcmpl_converter"
_REQUEST = "agent.wire.request.make_request"
PRIVATE = [
    Private(
        "pytest", "_pytest.runner", "runtestprotocol",
        "agent.testing.repeating.run_once", ("log", "nextitem"),
    ),
    Private(
        "milvus-lite", "milvus_lite.server_manager",
        "server_manager_instance.release_server",
        "tools.milvus.connection._end_engine",
    ),
    Private(
        "openai-agents", "agents.usage", "_attach_raw_usage_snapshot",
        "agent.wire.items._tell_the_runner",
    ),
    Private(
        "openai-agents", "agents.models.fake_id", "FAKE_RESPONSES_ID",
        "agent.wire.items.NO_ID",
    ),
    Private(
        "openai-agents", _CONVERTER, "Converter.message_to_output_items",
        "agent.wire.items.output_items", ("provider_data",),
    ),
    Private(
        "openai-agents", _CONVERTER, "Converter.items_to_messages",
        _REQUEST, ("model", "should_replay_reasoning_content"),
    ),
    Private("openai-agents", _CONVERTER, "Converter.tool_to_openai", _REQUEST),
    Private("openai-agents", _CONVERTER, "Converter.convert_tool_choice", _REQUEST),
    Private("openai-agents", _CONVERTER, "Converter.convert_response_format", _REQUEST),
    Private(
        "openai-agents", "agents.models.reasoning_content_replay",
        "ReasoningContentReplayContext", "agent.wire.request._always",
    ),
    Private(
        "openai-agents", "agents.result", "RunResultStreaming.run_loop_task",
        "agent.loop.deadlines.stop_run",
    ),
]  # fmt: skip


@pytest.mark.parametrize("private", PRIVATE, ids=lambda private: private.name)
def test_a_private_name_is_there(private: Private) -> None:
    found: Any = import_module(private.home)
    for part in private.name.split("."):
        assert hasattr(found, part), f"{private} is gone"
        found = getattr(found, part)
    if private.parameters:
        lacking = set(private.parameters) - signature(found).parameters.keys()
        assert lacking == set(), f"{private} does not take {lacking} any more"


@pytest.mark.parametrize("private", PRIVATE, ids=lambda private: private.name)
def test_a_private_name_is_used_in_one_place(private: Private) -> None:
    name = private.name.split(".")[-1]
    users = [
        f"{module}.{place}"
        for module, path in modules_of(ROOT).items()
        for place in places_of(name, ast.parse(path.read_text()))
    ]
    assert users == [private.user]


def places_of(name: str, module: ast.Module) -> list[str]:
    """Return the functions, classes and constants of a module that use a name."""
    places = []
    for node in module.body:
        place = getattr(node, "name", None)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            place = node.targets[0].id
        if place and any(is_of(name, inner) for inner in ast.walk(node)):
            places.append(place)
    return places


def is_of(name: str, node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, ast.Attribute) and node.attr == name
    )
