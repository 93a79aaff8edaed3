"""`citeloop library analyzer`: shown, and changed once somebody has said yes."""

from pathlib import Path

import pytest

from tests.agent.cli.running import citeloop


@pytest.fixture
def latin(tmp_path: Path) -> str:
    """A library that was made for another language than its document's."""
    (tmp_path / "a.md").write_text(
        "# Pumps\n\nThe pumps are running as long as the pressure stays low. "
        "When it rises above the limit they are stopped by the controller.\n"
    )
    path = str(tmp_path / "library.db")
    done = citeloop(
        "ingest",
        str(tmp_path / "a.md"),
        "--library",
        path,
        CITELOOP_ANALYZER="standard",
    )
    assert done.returncode == 0
    return path


def test_it_is_shown_with_what_the_documents_tell(latin: str) -> None:
    done = citeloop("library", "analyzer", "--library", latin)
    assert done.returncode == 0
    assert "analyzer   standard" in done.stdout
    assert "detected   en" in done.stdout
    assert "standard" in citeloop("library", "--library", latin).stdout


def test_where_nobody_can_be_asked_it_is_left_as_it_is(latin: str) -> None:
    done = citeloop("library", "analyzer", "english", "--library", latin)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    shown = citeloop("library", "analyzer", "--library", latin).stdout
    assert "analyzer   standard" in shown


@pytest.mark.parametrize("language", ["en", "EN", "english", "auto"])
def test_it_is_changed_by_yes(language: str, latin: str) -> None:
    done = citeloop("library", "analyzer", language, "--yes", "--library", latin)
    assert done.returncode == 0, done.stderr
    assert "analyzer english (en), was standard" in done.stdout
    again = citeloop("library", "analyzer", language, "--library", latin)
    assert again.returncode == 0
    assert "already" in again.stdout


@pytest.mark.parametrize("language", ["Klingonisch", "e", "en-GB", "", "../x"])
def test_what_is_no_language_is_said(language: str, latin: str) -> None:
    done = citeloop("library", "analyzer", language, "--yes", "--library", latin)
    assert done.returncode == 2
    assert "no language" in done.stderr


def test_the_engine_of_a_language_without_an_analyzer_is_the_standard(
    latin: str,
) -> None:
    done = citeloop("library", "analyzer", "de", "--yes", "--library", latin)
    assert done.returncode == 0
    assert "standard (de)" in done.stdout
