"""What of a folder is read: hidden files, links and pipes are not."""

import os
from pathlib import Path

import pytest

from tests.tools.sources.contents import names, put, read, record


def test_a_folder_is_read_through_in_order_without_hidden_files(docs: Path) -> None:
    for name in ("b.md", "a.txt", "deep/er/c.md", "deep/a.md"):
        put(docs, name)
    for name in (".hidden.md", ".git/config", "deep/.cache/x.md"):
        put(docs, name)
    documents, skipped = read(docs)
    assert names(documents) == ["a.txt", "b.md", "deep/a.md", "deep/er/c.md"]
    assert {each.source for each in documents} == {str(docs)}
    assert skipped == {}


def test_an_empty_folder_has_nothing(docs: Path) -> None:
    assert read(docs) == ([], {})


def test_of_a_beir_folder_the_corpus_alone_is_read(docs: Path) -> None:
    put(docs, "corpus.jsonl", record(_id="d1", title="One", text="First.") + "\n")
    put(docs, "queries.jsonl", record(_id="q1", text="What?") + "\n")
    put(docs, "qrels/test.tsv", "q1\td1\t1\n")
    documents, skipped = read(docs)
    assert skipped == {}
    assert [(each.name, each.title, each.text) for each in documents] == [
        ("d1", "One", "First.")
    ]
    assert documents[0].source == str(docs)


def test_links_that_lead_out_of_a_folder_are_not_followed(
    docs: Path, tmp_path: Path
) -> None:
    secret = put(tmp_path, "outside/secret.md", "secret\n")
    (docs / "file.md").symlink_to(secret)
    (docs / "absolute.md").symlink_to("/etc/passwd")
    (docs / "folder").symlink_to(secret.parent)
    put(docs, "a.md")
    (docs / "inside.md").symlink_to("a.md")
    documents, skipped = read(docs)
    assert names(documents) == ["a.md", "inside.md"]
    out = "a link that leads out of the folder"
    assert skipped["file.md"] == skipped["absolute.md"] == out


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.gz"])
@pytest.mark.parametrize("target", ["file", "chain", "/etc/passwd", "above"])
def test_a_corpus_that_is_a_link_out_of_the_folder_is_not_followed(
    docs: Path, tmp_path: Path, name: str, target: str
) -> None:
    secret = put(tmp_path, "outside/secret.jsonl", record(_id="d1", text="secret"))
    (docs / "chain").symlink_to(secret)
    places = {"file": str(secret), "chain": "chain", "above": "../outside/secret.jsonl"}
    (docs / name).symlink_to(places.get(target, target))
    put(docs, "a.md")
    documents, skipped = read(docs)
    assert names(documents) == ["a.md"]
    assert skipped[name] == "a link that leads out of the folder"


def test_a_corpus_that_is_a_link_within_the_folder_is_read(docs: Path) -> None:
    put(docs, "real.jsonl", record(_id="d1", text="First."))
    (docs / "corpus.jsonl").symlink_to("real.jsonl")
    assert names(read(docs)[0]) == ["d1"]


@pytest.mark.parametrize("pattern", ["docs/*", "docs/*/*.md", "docs/**/*.md"])
def test_links_that_lead_out_are_not_followed_by_a_glob(
    docs: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    put(docs, "a.md")
    put(docs, "deep/a.md")
    secret = put(docs.parent, "outside/secret.md", "secret\n")
    (docs / "file.md").symlink_to(secret)
    (docs / "folder").symlink_to(secret.parent)
    monkeypatch.chdir(docs.parent)
    documents, _ = read(pattern)
    assert documents
    assert not any("secret" in each.text for each in documents)


@pytest.mark.parametrize("target", ["gone.md", "link.md"], ids=["dangling", "loop"])
def test_a_link_to_nothing_is_skipped_and_the_rest_is_read(
    docs: Path, target: str
) -> None:
    (docs / "link.md").symlink_to(target)
    put(docs, "z.md")
    documents, skipped = read(docs)
    assert names(documents) == ["z.md"]
    assert skipped.keys() == {"link.md"}


def test_a_pipe_is_skipped_rather_than_waited_for(docs: Path) -> None:
    os.mkfifo(docs / "pipe.md")
    put(docs, "z.md")
    documents, skipped = read(docs)
    assert names(documents) == ["z.md"]
    assert skipped == {"pipe.md": "not a regular file"}


def test_what_may_not_be_read_is_skipped_and_the_rest_is_read(docs: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    put(docs, "closed.md").chmod(0)
    put(docs, "locked/a.md").parent.chmod(0)
    put(docs, "z.md")
    documents, skipped = read(docs)
    (docs / "locked").chmod(0o700)
    assert names(documents) == ["z.md"]
    assert len(skipped) == 2


def test_a_file_name_that_is_not_utf8_does_not_stop_the_rest(docs: Path) -> None:
    (docs / os.fsdecode(b"caf\xe9.md")).write_text("words")
    put(docs, "z.md")
    documents, _ = read(docs)
    assert names(documents)[-1] == "z.md"
    for each in documents:
        each.name.encode()


def test_a_file_name_is_kept_as_it_is_and_made_visible_only_where_printed(
    docs: Path,
) -> None:
    put(docs, "a\x1b]0;pwn\x07.md")
    assert names(read(docs)[0]) == ["a\x1b]0;pwn\x07.md"]
