"""The fixture `tape`: recorded once, then played without a server."""

from pathlib import Path

import pytest

from tests.agent.testing.pytest_runs import run_tests

pytest_plugins = ["pytester"]

CODE = """
import asyncio, os
import pytest

QUESTION = os.environ["QUESTION"]


async def ask(tape, base_url, *questions):
    async with tape.client(base_url) as client:
        return [
            (await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": each}]
            )).choices[0].message.content
            for each in questions
        ]


@pytest.mark.citeloop(tape="capitals", repeat=2)
def test_it(tape, chat_server, no_network):
    url = chat_server(["Paris.", "Rome."]).base_url if tape.records else "http://x.invalid/v1"
    assert asyncio.run(ask(tape, url, *QUESTION.split(","))) == ["Paris.", "Rome."]


def test_that_has_a_tape_of_its_own(tape, chat_server):
    url = chat_server(["Paris."]).base_url if tape.records else "http://x.invalid/v1"
    assert asyncio.run(ask(tape, url, "France?")) == ["Paris."]
""".replace(
    '= chat_server(["Paris.", "Rome."]).base_url if tape.records else "http://x.invalid/v1"',
    '= "http://x.invalid/v1"\n    if tape.records:\n'
    '        url = chat_server(["Paris.", "Rome."]).base_url',
)


@pytest.fixture
def recorded(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the tapes of both tests."""
    monkeypatch.setenv("QUESTION", "France?,Italy?")
    done = run_tests(pytester, CODE, "--citeloop-record=once")
    done.assert_outcomes(passed=2)
    return pytester.path / "tapes"


def test_a_tape_is_recorded_once_and_played_without_a_server(
    pytester: pytest.Pytester, recorded: Path
) -> None:
    names = sorted(each.name for each in recorded.iterdir())
    assert names == ["capitals.jsonl", "test_it.test_that_has_a_tape_of_its_own.jsonl"]
    before = {each: each.read_bytes() for each in recorded.iterdir()}
    run_tests(pytester, CODE).assert_outcomes(passed=2)
    moved = recorded.rename(pytester.path / "elsewhere")
    run_tests(pytester, CODE, f"--citeloop-tapes={moved}").assert_outcomes(passed=2)
    assert {each.name: each.read_bytes() for each in moved.iterdir()} == {
        each.name: content for each, content in before.items()
    }


def test_another_question_is_a_miss_that_says_where_it_differs(
    pytester: pytest.Pytester, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUESTION", "France?,Spain?")
    done = run_tests(pytester, CODE)
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        ["*differs first at*, asked *Spain*again with --citeloop-record=all.*"]
    )


def test_what_nobody_asks_for_fails(
    pytester: pytest.Pytester, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUESTION", "France?")
    code = CODE.replace('["Paris.", "Rome."]', '["Paris."]')
    done = run_tests(pytester, code)
    done.assert_outcomes(passed=2, errors=1)  # its teardown
    done.stdout.fnmatch_lines(["*TapeLeftError*was not asked for*"])


def test_a_tape_that_is_not_there_says_how_to_record_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUESTION", "France?")
    done = run_tests(pytester, CODE)
    done.stdout.fnmatch_lines(
        ["*There is no tape *capitals.jsonl. Record it: * --citeloop-record=once"]
    )


def test_a_client_of_a_tape_that_is_recorded_needs_its_server(
    pytester: pytest.Pytester,
) -> None:
    code = "def test_it(tape):\n    tape.client()\n"
    done = run_tests(pytester, code, "--citeloop-record=all")
    done.stdout.fnmatch_lines(["*is to be recorded: give tape.client the base_url*"])
