"""Calls and expectations to test with: generated, and those of BFCL."""

import ast
import json
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations
from typing import Any

from hypothesis import strategies as st

from agent.matching.call import Call
from agent.matching.comparing import Comparison, compare
from agent.matching.expectation import Mode, Trajectory
from tests.conftest import ROOT

BFCL = ROOT.parent / "shared" / "data" / "bfcl-multi-turn" / "possible_answer"
MODES: tuple[Mode, ...] = ("exact", "in_order", "any_order")

values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", 1.0]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from("xy"), inner, max_size=2)
    ),
    max_leaves=4,
)
arguments = st.dictionaries(st.sampled_from("ab"), values, max_size=2)
calls = st.builds(Call, name=st.sampled_from(["f", "g"]), arguments=arguments)
runs = st.lists(calls, max_size=4)


def expected(run: list[Call]) -> list[dict[str, Any]]:
    """Return the expectations that a run fits word by word."""
    return [
        {"tool": call.name, "arguments": {key: {"equal": each} for key, each in
                                          call.arguments.items()}}
        for call in run
    ]  # fmt: skip


def judged(
    expect: list[Call], run: list[Call], mode: Mode = "any_order", **more: Any
) -> Comparison:
    """Hold a run against another one."""
    trajectory = Trajectory.model_validate(
        {"mode": mode, "expect": expected(expect), **more}
    )
    return compare(trajectory, run)


def weight(wanted: Call, call: Call) -> Fraction:
    """Return s(e, c), written down once more and in another way."""
    if wanted.name != call.name:
        return Fraction(0)
    first, second = _leaves(wanted.arguments), _leaves(call.arguments)
    both = first.keys() & second.keys()
    fitting = sum(first[path] == second[path] for path in both)
    return Fraction(1 + fitting, 1 + len(first.keys() | second.keys()))


def largest_sum(expect: list[Call], run: list[Call], mode: Mode) -> Fraction:
    """Return S by trying every assignment."""
    count = min(len(expect), len(run))
    if mode == "exact":
        pairs = zip(expect, run, strict=False)
        return sum((weight(*pair) for pair in pairs), start=Fraction(0))
    orders = combinations if mode == "in_order" else permutations
    return max(
        sum(map(weight, rows, columns), start=Fraction(0))
        for size in range(count + 1)
        for rows in combinations(expect, size)
        for columns in orders(run, size)
    )


def _leaves(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, dict) and (value or not path):
        inner = [_leaves(each, f"{path}/{key}") for key, each in value.items()]
    elif isinstance(value, list) and value:
        inner = [_leaves(each, f"{path}/{n}") for n, each in enumerate(value)]
    else:
        whole = isinstance(value, float) and value.is_integer()
        return {path: json.dumps(int(value) if whole else value)}
    return {key: each for leaves in inner for key, each in leaves.items()}


@cache
def bfcl_runs() -> tuple[tuple[Call, ...], ...]:
    """Return the calls of each entry of BFCL's multi-turn answers."""
    return tuple(
        tuple(
            _bfcl_call(text, turn)
            for turn, made in enumerate(json.loads(line)["ground_truth"], start=1)
            for text in made
        )
        for path in sorted(BFCL.glob("BFCL_v4_multi_turn_*.json"))
        for line in path.read_text().splitlines()
    )


def _bfcl_call(text: str, turn: int) -> Call:
    """Read a call that is written as one of Python; positions are its names there."""
    call = ast.parse(text.strip(), mode="eval").body
    assert isinstance(call, ast.Call)
    named = {str(n): ast.literal_eval(each) for n, each in enumerate(call.args)}
    named |= {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    return Call(ast.unparse(call.func), json.loads(json.dumps(named)), turn=turn)
