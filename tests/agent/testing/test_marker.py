"""A test that is marked runs several times, and is reported once."""

import xml.etree.ElementTree as ET
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.testing.marking import read_mark
from tests.agent.testing.pytest_runs import run_tests

pytest_plugins = ["pytester"]

_JUNIT = ("--junit-xml=out.xml", "-o", "junit_family=xunit1")
"""As `record_property` wants it."""
REPEATED = """
import pytest
from agent.matching.call import Call
from agent.testing.asserts import assert_calls

seen = {"good": 0, "bad": 0, "errs": 0, "skips": 0, "xfails": 0, "once": 0}
made = []


@pytest.fixture(scope="session")
def shared():
    made.append("shared")
    yield "shared"
    made.append("gone")


@pytest.fixture(scope="module")
def of_the_module():
    made.append("module")


@pytest.fixture
def own():
    made.append("own")
    return []


def is_try(name, *numbers):
    seen[name] += 1
    print("this is try", seen[name])
    return seen[name] in numbers


@pytest.mark.citeloop(repeat=5, at_least=4)
def test_good(shared, of_the_module, own, record_property):
    record_property("mine", seen["good"])
    own.append(1)
    assert own == [1]
    calls = [Call("search", {"query": "flush" if is_try("good", 2) else "seal"})]
    assert_calls(calls, [("search", {"query": "seal"})])


@pytest.mark.citeloop(repeat=4, at_least=3)
def test_bad(shared):
    assert not is_try("bad", 2, 3), f"not in try {seen['bad']}"


@pytest.fixture
def flaky():
    assert not is_try("errs", 2), "no set-up"


@pytest.mark.citeloop(repeat=3, at_least=2)
def test_errs(flaky):
    pass


@pytest.mark.citeloop(repeat=3)
def test_skips():
    seen["skips"] += 1
    pytest.skip("not here")


@pytest.mark.xfail(strict=True)
@pytest.mark.citeloop(repeat=3)
def test_xfails():
    seen["xfails"] += 1
    assert False


@pytest.mark.citeloop(repeat=1)
def test_once():
    seen["once"] += 1


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.citeloop(repeat=2)
def test_each(number, own):
    assert not own


def test_all_of_it():
    assert seen == {
        "good": 5, "bad": 4, "errs": 3, "skips": 1, "xfails": 1, "once": 1
    }
    assert made == ["shared", "module"] + ["own"] * 9
"""


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    return {"passed": 6, "failed": 1, "skipped": 1, "xfailed": 1}


def test_a_test_passes_if_enough_of_its_tries_do(
    pytester: pytest.Pytester, counts: dict[str, int]
) -> None:
    done = run_tests(pytester, REPEATED, *_JUNIT, "-rA")
    done.assert_outcomes(**counts)
    done.stdout.fnmatch_lines(
        [
            "*AssertionError: not in try 2*",
            "*2 of 4 tries passed, and 3 have to; the first that failed is shown",
            "try 2: AssertionError: not in try 2*",
            "try 3: AssertionError: not in try 3*",
        ]
    )
    shown = done.stdout.str().partition("test_bad ___")[2].partition("= PASSES")[0]
    assert "this is try 2" in shown
    assert "this is try 1" not in shown
    found = properties(Path("out.xml"))
    assert found["test_good"] == {
        "mine": "4",  # the last that it recorded under the name
        "citeloop_score": "0.9",  # of four that fit, and one by half
        "citeloop_passes": "4 of 5",
        "citeloop_pass^1": "0.8",
        "citeloop_pass^2": "0.6",
        "citeloop_pass^3": "0.4",
        "citeloop_pass^4": "0.2",
        "citeloop_pass^5": "0.0",
    }
    assert found["test_bad"]["citeloop_passes"] == "2 of 4"
    assert found["test_errs"]["citeloop_passes"] == "2 of 3"
    assert found["test_once"] == {}


def properties(path: Path) -> dict[str, dict[str, str]]:
    cases = ET.parse(path).getroot().iter("testcase")  # noqa: S314 (our own)
    return {
        case.attrib["name"]: {
            each.attrib["name"]: each.attrib["value"] for each in case.iter("property")
        }
        for case in cases
    }


@pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not installed")
def test_workers_report_each_test_once(
    pytester: pytest.Pytester, counts: dict[str, int]
) -> None:
    code = REPEATED.partition("def test_all_of_it")[0]
    done = run_tests(pytester, code, "-n2", "--dist=each")
    twice = {name: count * 2 for name, count in counts.items()}
    done.assert_outcomes(**{**twice, "passed": twice["passed"] - 2})


@pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not installed")
def test_servers_of_two_workers_do_not_meet(pytester: pytest.Pytester) -> None:
    code = """
import urllib.request
import pytest


@pytest.mark.parametrize("number", range(8))
@pytest.mark.citeloop(repeat=2)
def test_it(chat_server, number):
    server = chat_server([], models=[f"model {number}"])
    listed = urllib.request.urlopen(f"{server.base_url}/models").read()
    assert f"model {number}" in str(listed)
"""
    done = run_tests(pytester, code, "-n2", *_JUNIT)
    done.assert_outcomes(passed=8)
    shares = [each["citeloop_pass^2"] for each in properties(Path("out.xml")).values()]
    assert shares == ["1.0"] * 8


class Marked(SimpleNamespace):
    """A test with a marker, as far as it is looked at."""

    nodeid = "test_it.py::test_it"

    def get_closest_marker(self, name: str) -> Any:
        assert name == "citeloop"
        return self


WRONG: dict[str, tuple[Any, ...]] = {
    "repeat is 0, and not a number from 1 to 1000": ({"repeat": 0},),
    "repeat is True": ({"repeat": True},),
    "at_least is 4, and not a number from 1 to 3": ({"repeat": 3, "at_least": 4},),
    "at_least is 2, and not a number from 1 to 1": ({"at_least": 2},),
    "it knows no repeats": ({"repeats": 3},),
    "name its arguments": ({}, 5),
}


@pytest.mark.parametrize("said", WRONG)
def test_a_marker_that_makes_no_sense_is_refused(said: str) -> None:
    named, *unnamed = WRONG[said]
    item: Any = Marked(args=tuple(unnamed), kwargs=named)
    with pytest.raises(pytest.UsageError, match=said) as refused:
        read_mark(item)
    assert "test_it.py::test_it: the marker citeloop: " in str(refused.value)


def test_it_is_refused_before_anything_runs(pytester: pytest.Pytester) -> None:
    code = """
import pytest


def test_first():
    pass


@pytest.mark.citeloop(repeat=0)
def test_it():
    pass
"""
    done = run_tests(pytester, code)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(
        ["*test_it.py::test_it: the marker citeloop: repeat is 0*"]
    )


def test_the_marker_is_registered(pytester: pytest.Pytester) -> None:
    done = run_tests(pytester, "def test_it(): pass", "--markers", "--strict-markers")
    done.stdout.fnmatch_lines(["@pytest.mark.citeloop(repeat=1, at_least=None): run*"])


def test_what_stops_the_session_stops_the_tries(pytester: pytest.Pytester) -> None:
    code = """
import pytest


@pytest.mark.citeloop(repeat=3)
def test_it(request):
    print("a try")
    request.session.shouldstop = "enough"
"""
    done = run_tests(pytester, code, "-s")
    assert done.stdout.str().count("a try") == 1


def test_it_needs_exactly_as_many_as_it_says(pytester: pytest.Pytester) -> None:
    """As many tests for each mark as there are numbers of passes, from none to all."""
    marks = list(product((2, 3), (1, 2)))
    code = "import pytest\ntries = {}\n" + "".join(
        f"""

@pytest.mark.parametrize("passes", range({repeat} + 1))
@pytest.mark.citeloop(repeat={repeat}, at_least={at_least})
def test_{repeat}_{at_least}(passes, request):
    name = request.node.name
    tries[name] = tries.get(name, 0) + 1
    assert tries[name] <= passes
"""
        for repeat, at_least in marks
    )
    done = run_tests(pytester, code)
    failed = sum(at_least for _, at_least in marks)
    passed = sum(repeat + 1 - at_least for repeat, at_least in marks)
    done.assert_outcomes(failed=failed, passed=passed)
