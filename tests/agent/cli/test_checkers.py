"""`--checker` and `--strict`, as a script calls them."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from agent.testing.servers.chat_server import serve
from tests.agent.checking.readers import QUESTION, Model
from tests.agent.cli.running import citeloop
from tests.fakes.checkers import FAR, SEALED
from tests.tools.entailment.entailers import make_entailer

SAID = "Big ones are a thing of the past"
"""It has an "a", which the small model takes for what is entailed."""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(make_entailer(tmp_path / "nli"))


def answer_file(sentence: str) -> str:
    citation = {"id": 1, "document": "write-path.md", "quote": SEALED}
    given = {"answer": f"{sentence} [1].", "citations": [citation]}
    Path("answer.json").write_text(json.dumps(given))
    return "answer.json"


def verify(library: Path, sentence: str, *flags: str) -> "CompletedProcess[str]":
    name = answer_file(sentence)
    return citeloop("verify", name, "--library", str(library), "--json", *flags)


def test_verify_asks_nobody_unless_somebody_is_named(
    library_file: Path, folder: str
) -> None:
    assert verify(library_file, SAID).returncode == 6
    done = verify(library_file, SAID, "--checker", folder)
    assert done.returncode == 0, done.stderr
    (sentence,) = json.loads(done.stdout)["sentences"]
    assert (sentence["support"], sentence["support_by"]) == ("close", "checker")
    assert verify(library_file, SAID, "--checker", folder, "--strict").returncode == 6
    assert verify(library_file, SEALED[:-1], "--strict").returncode == 0


def test_verify_asks_a_model_at_its_address(library_file: Path) -> None:
    with serve(Model(), ["reader"]) as server:
        checker = f"{server.base_url} reader"
        done = verify(library_file, FAR, "--checker", checker)
    assert done.returncode == 0, done.stderr
    assert [each["model"] for each in server.requests] == ["reader"]


def test_verify_says_that_its_checker_is_gone(library_file: Path) -> None:
    with serve([]) as server:
        checker = f"{server.base_url} reader"
    done = verify(library_file, FAR, "--checker", checker)
    assert (done.returncode, "cannot be reached" in done.stdout) == (4, True)


def test_a_checker_that_is_none_is_said_before_work_begins(library_file: Path) -> None:
    name = answer_file(FAR)
    for command in (["verify", name], ["ask", "Why?"]):
        given = ["--library", str(library_file), "--checker", "nowhere"]
        done = citeloop(*command, *given)
        assert done.returncode == 2
        assert 'no folder "nowhere"' in done.stderr


def test_ask_takes_both_as_flags_and_as_variables(library_file: Path) -> None:
    def ask(*flags: str, **variables: str) -> str:
        with serve(Model()) as server:
            done = citeloop(
                "ask", QUESTION, "--library", str(library_file), "--json",
                "--base-url", server.base_url, "--mode", "agent", *flags, **variables,
            )  # fmt: skip
        return str(json.loads(done.stdout)["grounded"])

    assert ask() == "True"
    assert ask("--strict") == ask("--checker", "none") == "False"
    assert ask(CITELOOP_STRICT="true") == ask(CITELOOP_CHECKER="none") == "False"


def test_doctor_tries_the_checker(library_file: Path, folder: str) -> None:
    def checker_line(*flags: str, **variables: str) -> str:
        done = citeloop("doctor", "--library", str(library_file), *flags, **variables)
        (line,) = [
            e for e in done.stdout.splitlines() if e.startswith(("✓ ch", "✗ ch"))
        ]
        return line

    assert "auto: the model itself" in checker_line()
    assert "none: " in checker_line(CITELOOP_CHECKER="none")
    assert "reads a sentence and a quote" in checker_line(CITELOOP_CHECKER=folder)
    assert "(not asked)" in checker_line(CITELOOP_CHECKER="http://x/v1 reader")
    (Path(folder) / "config.json").unlink()
    assert "config.json cannot be read" in checker_line(CITELOOP_CHECKER=folder)
