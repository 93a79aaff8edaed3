"""`citeloop chat` in a pipe, and without its name."""

from pathlib import Path

from tests.agent.cli.running import citeloop


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


def test_flags_without_a_command_open_the_chat(library_file: Path) -> None:
    done = citeloop("--library", str(library_file), given="/help\n")
    assert done.returncode == 0
    assert "/reasoning" in done.stdout
