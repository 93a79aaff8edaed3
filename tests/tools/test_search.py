import pytest

from tools.calls.run import Run
from tools.errors import ToolError
from tools.evidence.evidence import Evidence
from tools.evidence.shown import read_sources
from tools.library.library import Library
from tools.search import search


@pytest.fixture
def begun(library: Library) -> Run:
    return Run(library, Evidence(), "What seals a segment?", search_limit=3)


async def test_passages_come_numbered_best_first_with_their_lines(begun: Run) -> None:
    output = await search(begun, "What seals a growing segment?")
    sources = read_sources(output.text)
    assert [each.id for each in sources] == [1, 2, 3]
    assert sources[0].document == "write-path.md"
    scores = [each.score or 0.0 for each in sources]
    assert scores == sorted(scores, reverse=True)
    documents = {each.document for each in sources}
    assert output.summary == f"3 passages from {len(documents)} documents"


async def test_what_was_shown_is_evidence_under_its_number(begun: Run) -> None:
    await search(begun, "segment")
    assert begun.shown == {1, 2, 3}
    assert [each.id for each in begun.evidence] == [1, 2, 3]


async def test_the_model_may_name_how_many_passages_it_wants(begun: Run) -> None:
    output = await search(begun, "segment", limit=5)
    assert len(read_sources(output.text)) == 5


async def test_a_passage_that_was_seen_comes_as_its_header_alone(begun: Run) -> None:
    await search(begun, "segment")
    again = await search(begun, "segment")
    assert [each.lines for each in read_sources(again.text)] == [(), (), ()]
    assert again.text.count("(shown above)") == 3


async def test_a_search_can_be_restricted_to_some_documents(begun: Run) -> None:
    output = await search(begun, "segment", where="document=storage*")
    assert {each.document for each in read_sources(output.text)} == {"storage.md"}


async def test_a_restriction_that_no_document_fits_is_named(begun: Run) -> None:
    output = await search(begun, "segment", where="document=faq/*")
    assert output.summary == "no passage where document=faq/*"
    assert "Search again without `where`" in output.text


@pytest.mark.parametrize(
    ("query", "where", "says"),
    [
        (" ", None, "query: it is blank; name what you look for"),
        ("segment", "id > 0", "where: "),
        ("segment", "colour=red", "where: "),
    ],
)
async def test_what_cannot_be_searched_for_is_told_with_the_fields_name(
    begun: Run, query: str, where: str | None, says: str
) -> None:
    with pytest.raises(ToolError) as told:
        await search(begun, query, where=where)
    assert str(told.value).startswith(says)
