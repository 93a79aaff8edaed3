"""`citeloop doctor`, as a script calls it."""

from pathlib import Path

import pytest

from tests.agent.cli.running import citeloop
from tests.fakes.chat_server import Turn, serve


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
