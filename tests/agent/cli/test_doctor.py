"""`citeloop doctor`, as a script calls it."""

from pathlib import Path

import pytest

from agent.testing.servers.chat_server import Turn, serve
from tests.agent.cli.running import citeloop


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
    assert "✓ mode      auto: gpt-oss-20b begins as agent" in done.stdout
    assert "library = " in done.stdout
    assert "(--library)" in done.stdout
    assert "secret" not in done.stdout


@pytest.mark.parametrize(
    ("turn", "models", "code", "says"),
    [
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


@pytest.mark.parametrize(
    ("turn", "says"),
    [
        (Turn(content="no"), "did not call the tool"),
        (
            Turn(status=400, error={"error": "gemma does not support tools"}),
            "takes no tools",
        ),
    ],
)
def test_a_model_without_calls_is_guided_and_fails_as_an_agent_alone(
    library_file: Path, tmp_path: Path, turn: Turn, says: str
) -> None:
    with serve(lambda _: turn) as server:
        where = ["--library", str(library_file), "--base-url", server.base_url]
        data = str(tmp_path / "data")
        auto = citeloop("doctor", *where, CITELOOP_DATA_DIR=data)
        agent = citeloop("doctor", *where, "--mode", "agent", CITELOOP_DATA_DIR=data)
        forgotten = citeloop("doctor", *where, "--forget", CITELOOP_DATA_DIR=data)
    assert (auto.returncode, agent.returncode) == (0, 4)
    assert says in auto.stdout
    assert "✓ mode      auto: gpt-oss-20b is guided" in auto.stdout
    assert "✗ tools" in agent.stdout
    assert forgotten.stdout == "Forgotten: what was learnt of 1 model.\n"
    assert not (tmp_path / "data" / "modes.json").exists()


def test_doctor_without_a_library_says_how_to_make_one() -> None:
    done = citeloop("doctor", "--library", "none.db")
    assert done.returncode == 5
    assert "✗ library" in done.stdout
    assert "citeloop ingest" in done.stdout
