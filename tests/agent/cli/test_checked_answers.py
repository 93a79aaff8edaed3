"""Answers that do not hold, `citeloop verify` and `show`, as a script calls them."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.testing.servers.chat_server import Turn, serve
from tests.agent.cli.running import citeloop
from tests.conftest import DOCS
from tools.embedding.embedder import Embedder
from tools.ingestion.ingest import ingest
from tools.library.library import Library

QUOTE = "Milvus acknowledges an insert as soon as the log broker has accepted it."
SEARCH = Turn(calls=[("search", {"query": QUOTE})])


def final(
    quote: str,
    answer: str = "It is acknowledged as soon as the log broker has accepted it [1].",
) -> Turn:
    given = {"answer": answer, "citations": [{"source": 1, "quote": quote}]}
    return Turn(calls=[("final_answer", given)])


def ask(
    library: Path, *script: Turn, json_: bool = True, mode: str = "auto"
) -> tuple[int, Any, str]:
    with serve(script) as server:
        done = citeloop(
            "ask", "When?", "--library", str(library), "--base-url", server.base_url,
            "--mode", mode, *(["--json"] if json_ else []),
        )  # fmt: skip
    return (
        done.returncode,
        json.loads(done.stdout) if json_ else done.stdout,
        done.stderr,
    )


def test_a_model_that_cites_badly_once_is_repaired(library_file: Path) -> None:
    code, answer, _ = ask(library_file, SEARCH, final("By a wax seal."), final(QUOTE))
    assert (code, answer["grounded"]) == (0, True)
    assert [each["failed"] for each in answer["trajectory"]] == [False, True, False]
    assert "⚠" not in answer["answer"]


def test_a_model_that_gives_up_without_a_search_is_said_to(library_file: Path) -> None:
    idle = Turn(calls=[("final_answer", {"answer": "No.", "answered": False})])
    code, _, said = ask(library_file, idle, idle, json_=False)
    assert code == 6
    assert said.splitlines()[-1] == (
        "citeloop: Not grounded: the model never searched; try another --model."
    )


BAD = final("By a wax seal.", "It is sealed with wax [1]. Nobody ever saw that.")


def test_a_model_that_always_cites_badly_gives_way_to_quotes(
    library_file: Path,
) -> None:
    code, text, said = ask(library_file, SEARCH, BAD, BAD, json_=False)
    assert (code, "Not grounded" in said) == (0, False)
    assert text.startswith("(What the model answered is not borne out")
    assert "wax" not in text


def test_an_agent_that_always_cites_badly_ends_with_marks_and_the_whole_answer(
    library_file: Path,
) -> None:
    code, answer, _ = ask(library_file, SEARCH, BAD, BAD, mode="agent")
    assert (code, answer["grounded"]) == (6, False)
    assert answer["answer"] == (
        "It is sealed with wax [1] (⚠ fabricated). Nobody ever saw that. (⚠ no source)"
    )
    assert [each["verdict"] for each in answer["citations"]] == ["fabricated"]
    assert [each["covered"] for each in answer["sentences"]] == [True, False]
    code, text, said = ask(library_file, SEARCH, BAD, BAD, json_=False, mode="agent")
    assert code == 6
    assert text.startswith("It is sealed with wax [1] (⚠ fabricated).")
    assert "Not grounded" in said


def test_verify_takes_an_answer_of_ask(library_file: Path, tmp_path: Path) -> None:
    _, answer, _ = ask(library_file, SEARCH, final(QUOTE))
    file = tmp_path / "answer.json"
    where = ["--library", str(library_file)]
    file.write_text(json.dumps(answer))
    done = citeloop("verify", str(file), *where)
    assert (done.returncode, done.stderr) == (0, "")
    assert f'(exact)\n    "{QUOTE}"' in done.stdout
    assert "\n\nChecked: 1 sentence, " in done.stdout
    assert answer["verified"] == 1.0
    answer["citations"][0]["claim"] = "Milvus never acknowledges an insert at all."
    file.write_text(json.dumps(answer))
    done = citeloop("verify", "-", *where, "--json", given=json.dumps(answer))
    found = json.loads(done.stdout)
    assert done.returncode == 6
    assert (found["verified"], found["sentences"][0]["support"]) == (0.0, "none")
    told = citeloop("verify", str(file), *where).stdout
    assert (
        "Checked: 1 sentence, without support\n"
        '- without support ([1] fabricated): "It is acknowledged as soon as the log '
        'broker has accepted it."\n'
    ) in told
    assert found["schema"] == "citeloop.verification/1"
    assert (found["grounded"], found["citations"][0]["verdict"]) == (
        False,
        "fabricated",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no JSON", "is no answer that can be checked: it: Invalid JSON"),
        ('{"citations": []}', "answer: Field required"),
        ('{"answer": "x", "citations": [{"start_line": 0}]}', "citations.0.start_line"),
    ],
)
def test_verify_says_what_is_wrong_with_a_file(text: str, said: str) -> None:
    done = citeloop("verify", "-", given=text)
    assert done.returncode == 2
    assert said in done.stderr
    assert citeloop("verify", "none.json").returncode == 2


def test_show_opens_a_citation_and_says_if_its_source_has_changed(
    library_file: Path, embedder: Embedder, tmp_path: Path
) -> None:
    where = ["--library", str(library_file)]
    assert "no conversation yet" in citeloop("show", "1", *where).stderr
    _, answer, _ = ask(library_file, SEARCH, final(QUOTE))
    citation = answer["citations"][0]
    shown = citeloop("show", "1", *where)
    assert shown.returncode == 0
    assert f"▶{citation['start_line']}  {QUOTE}" in shown.stdout
    assert "changed" not in shown.stdout
    assert QUOTE in citeloop("show", *where).stdout
    named = citeloop("show", "1", "--run", answer["run"], "--json", *where)
    assert json.loads(named.stdout)["state"] == "unchanged"
    assert "has no citation 7; it has 1" in citeloop("show", "7", *where).stderr
    assert citeloop("show", "1", "--run", "none.1", *where).returncode == 2

    folder = tmp_path / "docs"
    folder.mkdir()
    text = (DOCS / citation["document"]).read_text()
    place = folder / citation["document"]
    for changed, state in (
        (f"# New\n\nA line before it.\n\n{text}", "moved"),
        (text.replace(QUOTE, "Milvus acknowledges it late."), "changed"),
    ):
        place.write_text(changed)
        _replace(library_file, embedder, folder)
        found = json.loads(citeloop("show", "1", "--json", *where).stdout)
        assert found["state"] == state
        shown = citeloop("show", "1", *where)
        assert "source changed" in shown.stdout
        assert QUOTE in shown.stdout
    assert "Milvus acknowledges it late." in shown.stdout
    with Library.open(str(library_file), embedder) as library:
        library.delete([each.key for each in library.passages(citation["document"])])
    assert "does not hold this document" in citeloop("show", "1", *where).stdout


def _replace(library_file: Path, embedder: Embedder, folder: Path) -> None:
    """Ingest another version of a document in place of the one that is there."""
    with Library.open(str(library_file), embedder) as library:
        for name in (path.name for path in folder.iterdir()):
            library.delete([each.key for each in library.passages(name)])
        ingest([str(folder)], library)


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    library_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    done = citeloop(
        "ask", "What is HNSW?", "--library", str(library_file), "--json",
        CITELOOP_DATA_DIR=str(tmp_path / "file"),
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["run"] == ""
    assert "cannot be kept" in done.stderr
