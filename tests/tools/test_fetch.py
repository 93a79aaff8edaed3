from pathlib import Path

import pytest

from tests.fakes.scripted import QUOTE
from tools.calls.run import Run
from tools.errors import ToolError
from tools.evidence.evidence import Evidence
from tools.evidence.shown import read_sources
from tools.fetch import fetch
from tools.ingestion.ingest import ingest
from tools.library.library import Library

DOCUMENT = "write-path.md"


@pytest.fixture
def begun(library: Library) -> Run:
    return Run(library, Evidence(), "?")


async def test_a_window_opens_at_a_line_as_a_source_to_cite(begun: Run) -> None:
    output = await fetch(begun, DOCUMENT, line=37)
    (source,) = read_sources(output.text)
    assert (source.id, source.start_line, source.lines[0]) == (1, 37, QUOTE)
    assert begun.shown == {1}
    assert output.summary.startswith("lines 37-")


async def test_a_window_opens_shortly_before_the_first_match(begun: Run) -> None:
    output = await fetch(begun, DOCUMENT, find="SEALS a growing  segment")
    (source,) = read_sources(output.text)
    assert source.start_line < 37
    assert QUOTE in source.lines


async def test_a_window_says_how_to_go_on_until_the_document_ends(begun: Run) -> None:
    output = await fetch(begun, "hnsw.md")
    _, _, following = output.text.partition("go on with line=")
    while following:
        output = await fetch(begun, "hnsw.md", line=int(following.split(".")[0]))
        _, _, following = output.text.partition("go on with line=")
    assert "The document ends at line " in output.text


async def test_a_line_beyond_the_end_is_told_where_that_is(begun: Run) -> None:
    with pytest.raises(ToolError, match=r"line: the document ends at line \d+"):
        await fetch(begun, DOCUMENT, line=9999)


async def test_words_that_do_not_stand_there_are_told(begun: Run) -> None:
    with pytest.raises(ToolError, match='find: "wax seals" does not stand'):
        await fetch(begun, DOCUMENT, find="wax seals")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("../../etc/passwd", 'document: the library has no "../../etc/passwd"'),
        ("write-paht.md", "did you mean write-path.md"),
        ("zzzz", "search shows the names"),
    ],
)
async def test_it_takes_names_of_the_library_and_no_path(
    begun: Run, document: str, says: str
) -> None:
    with pytest.raises(ToolError) as told:
        await fetch(begun, document)
    assert says in str(told.value)


async def test_it_says_where_the_window_points(
    empty_library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    (folder / "faq").mkdir(parents=True)
    (folder / "limits.md").write_text("# Limits\n\nTen lamps.\n")
    (folder / "faq" / "a.md").write_text(
        "# A\n\nSee [limits](../limits.md#ten) and [gone](gone.md).\n"
    )
    ingest([str(folder)], empty_library)
    run = Run(empty_library, Evidence(), "?")
    shown = await fetch(run, "faq/a.md")
    assert shown.text.endswith("\nIt points to: limits.md.")
    assert "points to" not in (await fetch(run, "limits.md")).text
