"""Names of tool calls: cleaned, never taken for another tool's."""

import pytest

from agent.wire.repairs.names import clean_name, repair_names
from agent.wire.turns.turn import Call, Turn

TOOLS = frozenset({"search", "fetch", "final_answer", "browser_search"})


def repaired(name: str) -> str:
    turn = repair_names(Turn(calls=(Call("c", name, "{}"),)), TOOLS)
    assert len(turn.repairs) == (turn.calls[0].name != name)
    assert all(repair.kind == "name" for repair in turn.repairs)
    return turn.calls[0].name


@pytest.mark.parametrize(
    "name",
    [
        "search",
        "search<|channel|>commentary",  # vllm #35906
        "search<|channel|>json",  # ollama #12132
        "search <|constrain|>json",
        "functions.search",
        "functions.functions.search",
        "to=functions.search<|channel|>analysis",
        " search\n",
    ],
)
def test_a_tools_name_is_found_in_the_protocol_around_it(name: str) -> None:
    assert repaired(name) == "search"


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("assistant<|channel|>analysis", "assistant"),
        ("python", "python"),  # litellm #21242
        ("repo_browser.open_file", "repo_browser_open_file"),  # ollama #11800
        ("Search", "Search"),
        ("search2", "search2"),
        ("", "unnamed"),
        ("<|channel|>", "unnamed"),
        ("functions.", "unnamed"),
        ("ü" * 100, "unnamed"),
        ("x" * 100, "x" * 64),
        ("browser.search", "no_browser_search"),  # there is a browser_search
    ],
)
def test_any_other_name_is_no_tools_and_fit_for_a_history(
    name: str, becomes: str
) -> None:
    assert repaired(name) == becomes
    assert becomes not in TOOLS


def test_the_record_holds_no_control_token() -> None:
    call = Call("c", "search<|channel|>json", "{}")
    (repair,) = repair_names(Turn(calls=(call,)), TOOLS).repairs
    assert (repair.before, repair.after) == ("search< |channel| >json", "search")


def test_cleaning_is_idempotent() -> None:
    assert clean_name(clean_name("functions.search<|call|>")) == "search"
