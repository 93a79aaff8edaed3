"""`citeloop library analyzer`: shown, and changed once somebody has said yes."""

import shutil
from pathlib import Path

import pytest

from tests.agent.cli.running import citeloop


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was made for another language than its document's."""
    folder = tmp_path_factory.mktemp("latin")
    (folder / "a.md").write_text(
        "# Pumps\n\nThe pumps are running as long as the pressure stays low. "
        "When it rises above the limit they are stopped by the controller.\n"
    )
    source, path = str(folder / "a.md"), folder / "library.db"
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    given = {"CITELOOP_ANALYZER": "standard", **home}
    done = citeloop("ingest", source, "--library", str(path), **given)
    assert done.returncode == 0
    return path


@pytest.fixture
def latin(made: Path, tmp_path: Path) -> str:
    """A copy of it, to be changed."""
    return str(shutil.copy(made, tmp_path))


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


@pytest.mark.parametrize("language", ["EN", "auto"])
def test_it_is_changed_by_yes(language: str, latin: str) -> None:
    done = citeloop("library", "analyzer", language, "--yes", "--library", latin)
    assert done.returncode == 0, done.stderr
    assert "analyzer english (en), was standard" in done.stdout
    again = citeloop("library", "analyzer", language, "--library", latin)
    assert again.returncode == 0
    assert "already" in again.stdout


@pytest.mark.parametrize("language", ["en-GB", ""])
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
