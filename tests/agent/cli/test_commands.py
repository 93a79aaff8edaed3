"""The command as scripts call it: in a pipe."""

import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import jsonschema
import pytest

from tests.conftest import DOCS
from tests.fakes.chat_server import Turn, serve

COMMAND = str(Path(sys.executable).with_name("citeloop"))
QUESTION = (
    "What makes a growing segment sealed, and which index serves vectors that do not "
    "fit into memory?"
)


def citeloop(
    *arguments: str, given: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a script does; no run may end in a traceback."""
    done = subprocess.run(
        [COMMAND, *arguments],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1


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


def test_ask_reads_a_question_from_standard_input(library_file: Path) -> None:
    done = citeloop("ask", "-", "--library", str(library_file), given="What is HNSW?\n")
    assert done.returncode == 0
    assert "hnsw.md" in done.stdout


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
        (Turn(status=405, error="<html>No</html>"), 2),
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
        )
    assert done.returncode == code
    assert one_line(done.stderr)
    assert "<html" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "x", "--library", "none.db"], 5, "no library at none.db"),
        (["ask", " ", "--library", "none.db"], 2, "blank"),
        (["ask"], 2, "no question"),
        (["ask", "x", "--depth", "deep"], 2, "--depth"),
        (["ask", "x", "--model", "m"], 2, "No server is set for the model m"),
        (["ask", "x", "--provider", "groq"], 3, "GROQ_API_KEY"),
        (["ask", "x", "--base-url", "ftp://x"], 2, "--base-url"),
        (["ingest", "nowhere/at/all"], 2, "nowhere/at/all"),
        (["ingest", "http://127.0.0.1:9/x.zip"], 2, "127.0.0.1:9"),
        (["search", "x", "--library", "http://127.0.0.1:9"], 5, "127.0.0.1:9"),
        (["search"], 2, "QUERY or --from"),
        (["search", "x", "--where", "id > 0"], 2, "--where"),
        (["search", "--from", "none.jsonl"], 2, "none.jsonl"),
        (["library", "--library", "notes.txt"], 5, "notes.txt"),
        (["chat", "--library", "none.db"], 5, "no library at none.db"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    arguments: list[str], code: int, says: str
) -> None:
    done = citeloop(*arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert one_line(done.stderr)


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "a.md").write_text("# Lamp\n\nRed.\n")
    target = str(tmp_path / "file" / "deeper" / "x.db")
    done = citeloop("ingest", str(tmp_path / "a.md"), "--library", target)
    assert done.returncode == 5
    assert "--library" in done.stderr
    assert one_line(done.stderr)


def test_ingest_skips_what_it_cannot_read_and_says_so(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.md").write_text("# Lamp\n\nThe lamp is red.\n")
    (docs / "bad.md").write_bytes(b"\xff\xfe\xfa\x00\x01\xd8")
    (docs / "a\x1b]0;pwn\x07.md").write_bytes(b"\x00")
    library = str(tmp_path / "x.db")
    done = citeloop("ingest", str(docs), "--library", library)
    assert done.returncode == 5
    assert "1 added, 0 changed, 0 unchanged, 2 skipped" in done.stdout
    assert "skipped bad.md" in done.stderr
    assert "skipped a␛]0;pwn␇.md: binary" in done.stderr
    (docs / "bad.md").unlink()
    (docs / "a\x1b]0;pwn\x07.md").unlink()
    again = citeloop("ingest", str(docs), "--library", library)
    assert again.returncode == 0
    assert again.stdout.startswith("0 added, 0 changed, 1 unchanged; 0 passages")


def test_ingest_of_the_milvus_docs_fetches_and_unpacks_the_archive(
    tmp_path: Path,
) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("en/faq/lamps.md", "---\ntitle: Lamp FAQ\n---\n# Lamps\n\nRed.\n")
        file.writestr("../evil.md", "# Out\n")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(archive.getvalue())

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        done = citeloop(
            "ingest", "milvus-docs", "--library", str(tmp_path / "m.db"),
            CITELOOP_MILVUS_DOCS_URL=f"http://127.0.0.1:{http.server_port}/docs.zip",
        )  # fmt: skip
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
    assert done.returncode == 5
    assert "1 added" in done.stdout
    assert "leads out of the archive" in done.stderr
    listed = citeloop("library", "--library", str(tmp_path / "m.db"), "list")
    assert listed.stdout.split() == ["en/faq/lamps.md", "1", "Lamp", "FAQ"]


def test_search_prints_lines_json_and_one_line_a_query(
    library_file: Path, tmp_path: Path
) -> None:
    where = ["--library", str(library_file)]
    lines = citeloop("search", "What seals a segment?", "--limit", "2", *where)
    assert lines.stdout.count("write-path.md:") >= 1
    found = citeloop("search", "What seals a segment?", "--json", *where)
    results = json.loads(found.stdout)["results"]
    assert len(results) == 10
    queries = tmp_path / "q.jsonl"
    queries.write_text('{"_id": "q1", "text": "What seals a segment?"}\n\n')
    from_file = citeloop("search", "--from", str(queries), "--limit", "3", *where)
    record = json.loads(from_file.stdout)
    assert record["_id"] == "q1"
    assert record["results"] == results[:3]
    assert set(results[0]) == {
        "document", "title", "start_line", "end_line", "score", "text",
    }  # fmt: skip


def test_queries_may_hold_what_json_holds(library_file: Path, tmp_path: Path) -> None:
    queries = tmp_path / "q.jsonl"
    queries.write_text(
        '\ufeff{"_id": 1, "text": "segment\u2028growing"}\n'
        '{"_id": "b", "text": "x \\ud800"}'
    )
    done = citeloop("search", "--from", str(queries), "--library", str(library_file))
    assert [json.loads(line)["_id"] for line in done.stdout.splitlines()] == ["1", "b"]
    queries.write_text('{"_id": null, "text": "x"}')
    assert citeloop("search", "--from", str(queries)).returncode == 2


def test_library_tells_lists_shows_and_removes(library_file: Path) -> None:
    where = ["--library", str(library_file)]
    told = citeloop("library", *where).stdout
    assert "documents  24" in told
    assert "all-MiniLM-L6-v2 (384 dimensions)" in told
    shown = citeloop("library", *where, "show", "write-path.md", "--line", "37").stdout
    assert shown.splitlines()[0].split(maxsplit=1)[0] == "37"
    removed = citeloop("library", *where, "remove", "write-path.md")
    assert removed.stdout.startswith("removed write-path.md")
    assert "documents  23" in citeloop("library", *where).stdout
    again = citeloop("library", *where, "remove", "write-path.md")
    assert again.returncode == 5
    assert 'no document "write-path.md"' in again.stderr


def test_the_library_may_be_named_before_or_after_the_action(
    library_file: Path,
) -> None:
    before = citeloop("library", "--library", str(library_file), "list")
    after = citeloop("library", "list", "--library", str(library_file))
    assert before.stdout == after.stdout
    assert "hnsw.md" in after.stdout


def test_ask_json_is_one_object_when_it_fails_too() -> None:
    done = citeloop("ask", "x", "--library", "none.db", "--json")
    failure = json.loads(done.stdout)
    assert failure["schema"] == "citeloop.error/1"
    assert failure["exit_code"] == done.returncode == 5
    assert "citeloop ingest" in failure["error"]


def test_flags_without_a_command_open_the_chat(library_file: Path) -> None:
    done = citeloop("--library", str(library_file), given="/help\n")
    assert done.returncode == 0
    assert "/reasoning" in done.stdout


def test_doctor_checks_all_that_an_answer_needs(library_file: Path) -> None:
    probe = [Turn(calls=[("report_ready", {"word": "ready"})])]
    with serve(probe) as server:
        done = citeloop(
            "doctor", "--library", str(library_file), "--base-url", server.base_url,
            CITELOOP_API_KEY="secret-1234567",
        )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "✓ library   24 documents" in done.stdout
    assert "gpt-oss-20b calls tools" in done.stdout
    assert "library = " in done.stdout
    assert "(--library)" in done.stdout
    assert "secret" not in done.stdout


@pytest.mark.parametrize(
    ("turn", "models", "code", "says"),
    [
        (Turn(content="no"), ["gpt-oss-20b"], 4, "did not call the tool"),
        (Turn(content="no"), ["other"], 4, "Use --model with one of: other"),
        (
            Turn(status=401, error={"error": "no"}),
            ["gpt-oss-20b"],
            3,
            "CITELOOP_API_KEY",
        ),
    ],
)
def test_doctor_says_what_to_do(
    library_file: Path, turn: Turn, models: list[str], code: int, says: str
) -> None:
    with serve([turn], models) as server:
        done = citeloop(
            "doctor", "--library", str(library_file), "--base-url", server.base_url
        )
    assert done.returncode == code
    assert says in done.stdout
    assert "✗" in done.stdout


def test_doctor_without_a_library_says_how_to_make_one() -> None:
    done = citeloop("doctor", "--library", "none.db")
    assert done.returncode == 5
    assert "✗ library" in done.stdout
    assert "citeloop ingest" in done.stdout


def test_chat_in_a_pipe_answers_line_by_line_and_resumes(library_file: Path) -> None:
    where = ["--library", str(library_file)]
    first = citeloop("chat", *where, given="What is HNSW?\n/sources\n/nonsense\n")
    assert "hnsw.md" in first.stdout
    assert "There is no command /nonsense" in first.stdout
    resumed = citeloop(
        "chat", "--resume", *where, given="What are its parameters?\n/exit\n"
    )
    assert resumed.returncode == 0
    assert "1 question so far" in resumed.stdout
    assert "hnsw.md" in resumed.stdout


def test_bare_citeloop_opens_the_chat(library_file: Path) -> None:
    done = citeloop(given="/help\n", CITELOOP_LIBRARY=str(library_file))
    assert done.returncode == 0
    assert "/reasoning" in done.stdout


@pytest.mark.parametrize(
    "command",
    ["ingest", "search", "ask", "chat", "show", "verify", "library", "doctor"],
)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = citeloop(command, "--help")
    assert done.returncode == 0
    assert f"  citeloop {command}" in done.stdout


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


def test_a_reader_that_leaves_is_no_failure_to_speak_of(library_file: Path) -> None:
    shell = f"'{COMMAND}' library --library '{library_file}' show citeloop.md | head -1"
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "Citeloop" in done.stdout or "---" in done.stdout
