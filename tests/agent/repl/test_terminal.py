"""The command as a person sees it: on a real pseudo-terminal."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from agent.testing.servers.chat_server import Turn, serve
from tools.embedding.embedder import Embedder
from tools.ingestion.ingest import ingest
from tools.library.library import Library

COMMAND = str(Path(sys.executable).with_name("citeloop"))
QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
FINAL = {
    "answer": "Milvus acknowledges an **insert** [1].",
    "citations": [{"source": 1, "quote": QUOTE}],
}
SEARCH = Turn(
    reasoning="I look for inserts.", calls=[("search", {"query": QUOTE, "limit": 1})]
)
ANSWER = Turn(reasoning="That is it.", calls=[("final_answer", FINAL)])
_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07|\r")


@contextmanager
def terminal(*arguments: str) -> Iterator["pexpect.spawn[str]"]:
    child = pexpect.spawn(
        COMMAND,
        list(arguments),
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 100),
        env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1"},
    )
    child.delaybeforesend = None
    try:
        yield child
    finally:
        child.close(force=True)


def seen(child: "pexpect.spawn[str]") -> str:
    """Return what was printed before the last match, without its colours."""
    return _STYLE.sub("", child.before or "")


def test_ask_shows_progress_the_answer_and_numbered_sources(library_file: Path) -> None:
    with (
        serve([SEARCH, ANSWER]) as server,
        terminal(
            "ask",
            "When?",
            "--library",
            str(library_file),
            "--base-url",
            server.base_url,
        ) as child,
    ):
        child.expect(pexpect.EOF)
        screen = seen(child)
    assert f"search {QUOTE}, 1 → 1 passages" in screen.replace("\n", "")
    assert "Milvus acknowledges an insert [1]." in screen  # rendered: the ** are gone
    assert "[1] write-path.md:" in screen
    assert "✓ exact" in screen
    assert "2 turns · 2 tool calls" in screen


def test_ingest_shows_counts_and_rate(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Lamp\n\nThe lamp is red.\n")
    with terminal(
        "ingest", str(tmp_path / "a.md"), "--library", str(tmp_path / "x.db")
    ) as child:
        child.expect("1 added, 0 changed, 0 unchanged; 1 passages written")
        child.expect("a second")


def test_a_chat_of_several_turns(library_file: Path) -> None:
    script = [SEARCH, ANSWER, Turn(content="Nothing more to say, see above [1].")]
    with (
        serve(script) as server,
        terminal(
            "chat",
            "--mode",
            "agent",
            "--library",
            str(library_file),
            "--base-url",
            server.base_url,
        ) as child,  # fmt: skip
    ):
        child.expect("›")  # the editor is there
        child.send("When is it\x1b\racknowledged?\r")  # Alt-Enter: one entry, two lines
        child.expect("inserts")
        child.expect("✓ exact")
        child.expect("gpt-oss-20b · depth medium · 2 turns")
        child.expect("›")
        assert server.chats[0][-1]["content"] == "When is it\nacknowledged?"
        child.send("/open 1\r")
        child.expect("▶")
        child.expect("as soon as the log broker")
        child.send("/depth high\r")
        child.expect("depth high")
        child.send("/reasoning\r")
        child.expect("reasoning is hidden")
        child.send("/model other-model\r")
        child.expect("model other-model")
        child.send("And more?\r")
        child.expect("Nothing more to say")
        child.expect("other-model · depth high")
        child.expect("›")
        child.send("\x04")
        child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert server.requests[2]["reasoning_effort"] == "high"
    assert server.requests[2]["model"] == "other-model"


def test_ctrl_c_after_a_search_asks_for_the_answer(library_file: Path) -> None:
    slow = Turn(reasoning="slowly " * 500, pause=0.05)
    with (
        serve([SEARCH, slow, ANSWER]) as server,
        terminal(
            "chat", "--library", str(library_file), "--base-url", server.base_url
        ) as child,
    ):
        child.expect("›")
        child.send("When?\r")
        child.expect("slowly")
        child.sendintr()
        child.expect("Answering from what was found")
        child.expect("✓ exact")
        child.expect("›")
        child.send("/exit\r")
        child.expect(pexpect.EOF)
    assert "The search is over" in server.chats[2][-1]["content"]


def test_ctrl_c_cancels_the_turn_and_keeps_the_chat(library_file: Path) -> None:
    slow = Turn(reasoning="slowly " * 500, pause=0.05)
    with (
        serve([slow, SEARCH, ANSWER]) as server,
        terminal(
            "chat", "--library", str(library_file), "--base-url", server.base_url
        ) as child,
    ):
        child.expect("›")  # the editor is there
        child.send("When?\r")
        child.expect("slowly")
        child.sendintr()
        child.expect("Cancelled")
        child.expect("›")  # what is typed before the editor is back may be lost
        child.send("When then?\r")  # the embedded engine has survived it too
        child.expect("✓ exact")
        child.send("/exit\r")
        child.expect(pexpect.EOF)
    assert [each["content"] for each in server.chats[1] if each["role"] == "user"] == [
        "When then?"
    ]


ATTACKS = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[6n\x1bc",
    "\x9b2J\x9d0;title\x07",
    "\rover\x08\x08",
    "\u202eecived",
    "[red]not red[/red] [link=http://evil.example]x[/link] [/INST] [@click=x]y[/]",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_document_or_model_reaches_the_terminal_with_a_control(
    tmp_path: Path, embedder: Embedder, attack: str
) -> None:
    text = f"# Lamps {attack}\n\nThe lamp is red {attack} and tall.\n"
    (tmp_path / "a\x1b]0;pwn\x07.md").write_text(text, newline="")
    path = tmp_path / "x.db"
    with Library.open(str(path), embedder, create=True) as library:
        ingest([str(tmp_path / "*.md")], library)
    final = {
        "answer": f"The lamp {attack} is red [1].",
        "citations": [{"source": 1, "quote": f"The lamp is red {attack} and tall."}],
    }
    script = [
        Turn(
            reasoning=f"So {attack}!", calls=[("search", {"query": f"lamp {attack}"})]
        ),
        Turn(calls=[("final_answer", final)]),
    ]
    with (
        serve(script) as server,
        terminal(
            "ask", f"{attack} lamp?", "--library", str(path),
            "--base-url", server.base_url,
        ) as child,
    ):  # fmt: skip
        child.expect(pexpect.EOF)
        raw = child.before or ""
    # What is left after colours and rich's own cursor moves holds no control at all.
    bare = re.sub(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[\d*[AK]|\x1b\[2K|\r", "", raw)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", bare)
    assert "Sources" in bare or "[1]" in bare
    if "[red]" in attack:
        assert "[red]not red[/red]" in " ".join(bare.split())
