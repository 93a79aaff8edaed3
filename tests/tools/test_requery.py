import pytest

from tools.calls.run import Run
from tools.errors import ToolError
from tools.evidence.evidence import Evidence
from tools.evidence.shown import read_sources
from tools.library.library import Library
from tools.requery import requery
from tools.search import search


@pytest.fixture
def begun(library: Library) -> Run:
    return Run(library, Evidence(), "What seals a segment?", search_limit=3)


async def test_several_wordings_are_asked_at_once_and_their_passages_fused(
    begun: Run,
) -> None:
    output = await requery(begun, ["flush", "object storage"])
    sources = read_sources(output.text)
    assert output.summary == "3 new passages for 2 queries"
    assert [each.id for each in sources] == [1, 2, 3]
    assert all(each.lines for each in sources)


async def test_what_was_seen_is_left_out(begun: Run) -> None:
    await search(begun, "segment")
    output = await requery(begun, ["segment"])
    assert [each.id for each in read_sources(output.text)] == [4, 5, 6]


async def test_what_is_not_seen_any_more_comes_again(begun: Run) -> None:
    await search(begun, "segment", limit=20)
    begun.hide({1})
    output = await requery(begun, ["segment"])
    assert [each.id for each in read_sources(output.text)] == [1]


async def test_it_is_said_when_nothing_is_new(begun: Run) -> None:
    await search(begun, "segments", limit=20)
    output = await requery(begun, ["segments"])
    assert output.summary == "nothing new"
    assert "every passage that these 1 queries find" in output.text


async def test_blank_and_equal_wordings_are_not_asked(begun: Run) -> None:
    output = await requery(begun, ["flush", " ", "flush"])
    assert output.summary == "3 new passages for 1 queries"


async def test_wordings_that_are_all_blank_are_told(begun: Run) -> None:
    with pytest.raises(ToolError, match="queries: each of them is blank"):
        await requery(begun, ["", " "])


async def test_a_restriction_that_no_document_fits_is_named(begun: Run) -> None:
    output = await requery(begun, ["segments"], where="document=faq/*")
    assert output.summary == "no passage where document=faq/*"
    assert "Search again without `where`" in output.text


async def test_a_restriction_that_is_none_is_told(begun: Run) -> None:
    with pytest.raises(ToolError, match="where: "):
        await requery(begun, ["segments"], where="id > 0")
