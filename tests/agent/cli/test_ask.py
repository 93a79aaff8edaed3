"""`citeloop ask`, as a script calls it."""

import json
import signal
import subprocess
import time
from pathlib import Path

import jsonschema
import pytest

from agent.testing.servers.chat_server import Turn, serve
from tests.agent.cli.running import COMMAND, citeloop, one_line
from tests.conftest import DOCS

QUESTION = (
    "What makes a growing segment sealed, and which index serves vectors that do not "
    "fit into memory?"
)


def test_ask_prints_the_answer_and_its_sources_as_plain_text(
    library_file: Path,
) -> None:
    done = citeloop("ask", QUESTION, "--library", str(library_file))
    assert done.returncode == 0
    assert "**What makes a growing segment sealed?**" in done.stdout
    assert "Sources:\n[1] write-path.md:" in done.stdout
    assert "(exact)" in done.stdout
    assert "extractive" in done.stderr
    assert "--provider ollama" in done.stderr


def test_ask_json_is_one_object_of_the_documented_schema(library_file: Path) -> None:
    done = citeloop("ask", QUESTION, "--library", str(library_file), "--json")
    answer = json.loads(done.stdout)
    schema = json.loads(citeloop("ask", "--json-schema").stdout)
    jsonschema.validate(answer, schema)
    assert answer["schema"] == "citeloop.answer/1"
    assert answer["question"] == QUESTION
    assert (answer["model"], answer["depth"]) == ("extractive", "medium")
    assert answer["grounded"] is True
    assert answer["stop_reason"] == "answered"
    assert [call["name"] for call in answer["trajectory"]][-1] == "final_answer"
    assert len({each["document"] for each in answer["citations"]}) >= 2
    for each in answer["citations"]:
        lines = (DOCS / each["document"]).read_text().split("\n")
        shown = "\n".join(lines[each["start_line"] - 1 : each["end_line"]])
        assert each["quote"] in shown


def test_ask_json_is_one_object_when_it_fails_too() -> None:
    done = citeloop("ask", "x", "--library", "none.db", "--json")
    failure = json.loads(done.stdout)
    assert failure["schema"] == "citeloop.error/1"
    assert failure["exit_code"] == done.returncode == 5
    assert "citeloop ingest" in failure["error"]


def test_ask_reads_a_question_from_standard_input(library_file: Path) -> None:
    done = citeloop("ask", "-", "--library", str(library_file), given="What is HNSW?\n")
    assert done.returncode == 0
    assert "hnsw.md" in done.stdout


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_is_not_in_the_documents_has_an_exit_code_of_its_own(
    library_file: Path, form: list[str]
) -> None:
    script = [
        Turn(calls=[("search", {"query": "the final", "limit": None, "where": None})]),
        Turn(content="I could not find it in the documents."),
    ]
    with serve(script) as server:
        done = citeloop(
            "ask", "Who won the final?", "--library", str(library_file), *form,
            CITELOOP_BASE_URL=server.base_url,
        )  # fmt: skip
    assert done.returncode == 8, done.stderr
    assert "I could not find it in the documents." in done.stdout


@pytest.mark.parametrize("flags", [[], ["--no-stream"]])
def test_ask_works_through_a_model_at_an_endpoint(
    library_file: Path, flags: list[str]
) -> None:
    quote = "Milvus acknowledges an insert as soon as the log broker has accepted it."
    final = {"answer": "So [1].", "citations": [{"source": 1, "quote": quote}]}
    script = [
        Turn(reasoning="Look.", calls=[("search", {"query": quote})]),
        Turn(calls=[("final_answer", final)]),
    ]
    with serve(script) as server:
        done = citeloop(
            "ask", "When?", "--library", str(library_file), "--json", *flags,
            CITELOOP_BASE_URL=server.base_url, CITELOOP_API_KEY="k-123456789\n",
        )  # fmt: skip
    answer = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert answer["model"] == "gpt-oss-20b"
    assert answer["citations"][0]["quote"] == quote


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (Turn(content="I simply know."), 6),
        (Turn(content=""), 6),
        (Turn(status=401, error={"error": {"message": "bad key"}}), 3),
        (Turn(status=404, error={"error": {"message": "no model x"}}), 4),
        (Turn(status=405, error="<html>No</html>"), 4),
    ],
)
def test_the_exit_code_tells_how_it_went(
    library_file: Path, turn: Turn, code: int
) -> None:
    with serve([turn, turn]) as server:
        done = citeloop(
            "ask",
            "When?",
            "--library",
            str(library_file),
            "--base-url",
            server.base_url,
            "--mode",
            "agent",
        )
    assert done.returncode == code
    assert one_line(done.stderr)
    assert "<html" not in done.stderr


def test_an_interrupt_ends_with_130_and_without_a_word_too_many(
    library_file: Path,
) -> None:
    slow = [Turn(reasoning="slowly " * 400, pause=0.05)]
    with serve(slow) as server:
        running = subprocess.Popen(
            [COMMAND, "ask", "When?", "--library", str(library_file),
             "--base-url", server.base_url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, error = running.communicate(timeout=30)
    assert running.returncode == 130
    assert (out, error) == ("", "citeloop: Interrupted.\n")
