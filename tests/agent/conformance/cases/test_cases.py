"""Cases of benchmarks, in the forms that these have, asked of a server."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.conformance.cases.reading import read_cases
from agent.conformance.cases.values import accepts_arguments, is_equal
from agent.conformance.planning import bill
from agent.conformance.verdicts import exit_code, summarise
from tests.agent.conformance.checking import checked
from tests.fakes.correct_server import Json, correct_server
from tests.fakes.faulty_manners import Quick
from tests.fakes.rule_model import Call, Said
from tools.errors import UsageError

PROPERTIES = {"city": {"type": "string"}, "days": {"type": "float"}}
WEATHER = {
    "name": "weather.get",
    "description": "The weather.",
    "parameters": {"type": "dict", "properties": PROPERTIES, "required": ["city"]},
}


def written(folder: Path, name: str, rows: list[Any]) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(each) for each in rows))
    return path


def asked(arguments: dict[str, Any]) -> str:
    return f"Call weather_get with {json.dumps(arguments)}"


def bfcl(folder: Path, arguments: dict[str, Any], truth: list[Any]) -> Path:
    row = {
        "id": "simple_1",
        "question": [[{"role": "user", "content": asked(arguments)}]],
        "function": [WEATHER],
        "category": "simple_python",
    }
    return written(
        folder, "bfcl.jsonl", [row | ({"ground_truth": truth} if truth else {})]
    )


def verdicts(path: Path) -> list[str]:
    probes = read_cases(path).probes
    with correct_server(Quick()) as server:
        check = checked(server, probes)
    planned = bill(check.plan)
    assert planned.fewest_requests <= server.count <= planned.most_requests
    assert "cases, streamed and whole" in summarise(check).sentence
    return [each.verdict for each in check.findings]


@pytest.mark.parametrize(
    ("arguments", "accepted", "verdict"),
    [
        ({"city": "Ulm"}, {"city": ["ulm", "Ulm"]}, "ok"),
        ({"city": "Ulm", "days": 2}, {"city": ["Ulm"], "days": [2.0]}, "ok"),
        ({"city": "Ulm"}, {"city": ["Ulm"], "days": [2, ""]}, "ok"),
        ({"city": "Ulm"}, {"city": ["Ulm"], "days": [2]}, "broken"),
        ({"city": "Bonn"}, {"city": ["Ulm"]}, "broken"),
        ({"city": "Ulm", "at": 1}, {"city": ["Ulm"]}, "broken"),
        ({"city": "Ulm"}, None, "broken"),
    ],
)
def test_bfcl_accepts_a_list_of_values_for_each_parameter(
    arguments: dict[str, Any],
    accepted: dict[str, Any] | None,
    verdict: str,
    tmp_path: Path,
) -> None:
    truth = [{"weather.get": accepted}] if accepted else []
    assert verdicts(bfcl(tmp_path, arguments, truth)) == [verdict, verdict]


def test_gpt_oss_cases_are_equal_to_the_letter(tmp_path: Path) -> None:
    tool = {"type": "function", **WEATHER}
    (tmp_path / "tools.json").write_text(json.dumps([tool]))
    rows = [
        {
            "tool_name": "weather.get",
            "input": asked({"city": "Ulm"}),
            "expected_arguments": json.dumps({"city": city}),
        }
        for city in ("Ulm", "ulm")
    ]
    found = verdicts(written(tmp_path, "cases.jsonl", rows))
    assert found == ["ok", "ok", "broken", "broken"]


def test_when2call_wants_a_call_or_none(tmp_path: Path) -> None:
    call = json.dumps({"name": "weather.get", "arguments": {"city": "Ulm"}})
    rows = [
        {
            "uuid": f"w{at}",
            "question": question,
            "correct_answer": answer,
            "answers": {"tool_call": call},
            "tools": [json.dumps(WEATHER)],
        }
        for at, (question, answer) in enumerate(
            [
                (asked({"city": "Ulm"}), "tool_call"),
                ("Hello.", "request_for_info"),
                (asked({"city": "Ulm"}), "cannot_answer"),
            ]
        )
    ]
    found = verdicts(written(tmp_path, "dev.jsonl", rows))
    assert found == ["ok", "ok", "ok", "ok", "broken", "broken"]


def test_acebench_speaks_in_turns_and_its_special_cases_want_no_call(
    tmp_path: Path,
) -> None:
    said = f"user: Hello.\nsystem: Yes?\nuser: {asked({'city': 'Ulm'})}\n"
    rows = [
        {"id": "normal_1", "question": said, "function": [WEATHER]},
        {"id": "special_incomplete_1", "question": "user: Hello.\n",
         "function": [WEATHER]},
    ]  # fmt: skip
    truths = [
        {"id": "normal_1", "ground_truth": {"weather.get": {"city": "Ulm"}}},
        {"id": "special_incomplete_1", "ground_truth": {"weather.get": ["city"]}},
    ]
    written(tmp_path, "possible_answer/ace.json", truths)
    assert verdicts(written(tmp_path, "ace.json", rows)) == ["ok"] * 4


class Chaining(Quick):
    """Makes the calls of the prompt one by one, with what the call before gave."""

    breaks = False

    def think(self, request: Json) -> Said:
        messages = request["messages"]
        results = [each["content"] for each in messages if each["role"] == "tool"]
        calls = re.findall(r"(\w+)\((.*?)\)", messages[0]["content"])
        if len(results) == len(calls):
            return Said("Done.")
        name, arguments = calls[len(results)]
        if results and not self.breaks:
            arguments = arguments.replace("@", json.loads(results[-1])["id"])
        return Said(calls=[Call(name, arguments)], finish="tool_calls")


class Forgetting(Chaining):
    breaks = True


def chain(folder: Path) -> Path:
    functions = [
        {"name": name, "description": "", "query_parameters": {"x": {"type": "string",
         "required": True}}}
        for name in ("find", "book", "other")
    ]  # fmt: skip
    (folder / "made-spec.json").write_text(json.dumps(functions))
    row = {
        "input": 'find({"x": "Ulm"}) then book({"x": "@"})',
        "output": [
            {"name": "find", "arguments": {"x": "Ulm"}, "label": "var1"},
            {"name": "book", "arguments": {"x": "$var1.id$"}, "label": "var2"},
            {"name": "var_result", "arguments": {"all": "$var2$"}},
        ],
    }
    unknown = {**row, "output": [{"name": "gone", "arguments": {}, "label": "var1"}]}
    path = folder / "dev-made-data.json"
    path.write_text(json.dumps([row, unknown]))
    return path


@pytest.mark.parametrize(
    ("manners", "verdict"), [(Chaining, "ok"), (Forgetting, "broken")]
)
def test_a_chain_needs_the_nonce_of_the_call_before(
    manners: type[Quick], verdict: str, tmp_path: Path
) -> None:
    file = read_cases(chain(tmp_path))
    assert file.left_out == ("nestful:2 calls gone, which nothing describes",)
    with correct_server(manners()) as server:
        check = checked(server, file.probes, repeat=4)
    assert [each.verdict for each in check.findings] == [verdict, verdict]
    assert check.requests == 16
    if verdict == "broken":
        assert "after 1 of 2 calls" in check.findings[0].sentence
        assert exit_code(check) == 6


def test_schemas_are_taken_and_kept_to(tmp_path: Path) -> None:
    folder = tmp_path / "TestAny"
    folder.mkdir()
    valid = [
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"anyOf": [{"type": "string"}, {"type": "number"}]},
        {"$defs": {"b": {"type": "boolean"}}, "$ref": "#/$defs/b"},
    ]
    written(folder, "valid.jsonl", valid)
    invalid = [{"schema": json.dumps({"anyOf": 123})}, {"schema": "{"}]
    written(folder, "invalid.jsonl", invalid)
    file = read_cases(tmp_path)
    assert file.left_out == ("TestAny:invalid:2 is no JSON, so no request can hold it",)

    class Recording(Quick):
        def think(self, request: Json) -> Said:
            return super().think(request | {"tool_choice": "required"})

    with correct_server(Recording()) as server:
        check = checked(server, file.probes)
    assert {each.verdict for each in check.findings} == {"ok"}
    with correct_server(Quick()) as server:
        none_called = checked(server, file.probes)
    assert {
        each.probe.name: each.verdict
        for each in none_called.findings
        if each.way == "whole"
    } == {
        "TestAny:invalid:1": "ok",
        **{f"TestAny:valid:{number}": "broken" for number in (1, 2, 3)},
    }


@pytest.mark.parametrize("text", ["", "[]", '{"some": "thing"}', '{"tool_name": 1}'])
def test_another_form_is_refused_in_words(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"cases.jsonl|tools.json|No such file"):
        read_cases(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_a_value_is_equal_to_itself(value: Any) -> None:
    assert is_equal(value, json.loads(json.dumps(value)))
    assert is_equal(value, value, plainly=True)


@given(JSON, JSON)
def test_equality_is_the_same_both_ways(one: Any, other: Any) -> None:
    assert is_equal(one, other) == is_equal(other, one)


def test_what_looks_alike_is_told_apart() -> None:
    assert not is_equal(1, True)
    assert not is_equal("1", 1)
    assert is_equal(1, 1.0)
    assert not accepts_arguments([], {})
    assert accepts_arguments({}, {"a": [""]})
