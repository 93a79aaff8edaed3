"""What a person may name: a folder, a file, a glob, and what is none."""

from pathlib import Path

import pytest

from tests.tools.sources.contents import names, put, read
from tools.errors import UsageError
from tools.sources.named import read_source


@pytest.mark.parametrize(
    "spec",
    [
        "missing.md",
        "missing/*.md",
        "nul\0.md",
        "http://[::1/unclosed",
        "x" * 300,
        "~no-such-user/a.md",
        "",
    ],
    ids=["path", "glob", "NUL", "address", "long", "user", "blank"],
)
def test_a_source_that_does_not_exist_is_an_error_that_a_person_can_read(
    docs: Path, monkeypatch: pytest.MonkeyPatch, spec: str
) -> None:
    monkeypatch.chdir(docs)
    with pytest.raises(UsageError):
        list(read_source(spec).documents)


def test_a_folder_may_be_named_relatively(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(docs, "a.md")
    monkeypatch.chdir(docs)
    (document,), _ = read(".")
    assert (document.name, document.source) == ("a.md", str(docs))


def test_a_glob_names_files_relative_to_its_fixed_part(docs: Path) -> None:
    for name in ("a.md", "b.txt", "deep/c.md", "deep/d.txt", ".hidden.md"):
        put(docs, name)
    assert names(read(docs / "*.md")[0]) == ["a.md"]
    assert names(read(docs / "**" / "*.md")[0]) == ["a.md", "deep/c.md"]
    assert names(read(docs / "d*" / "[c]*")[0]) == ["deep/c.md"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(docs: Path) -> None:
    put(docs, "a.md")
    assert names(read(put(docs, "[a].md"))[0]) == ["[a].md"]
