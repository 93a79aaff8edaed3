"""What is wrong with a condition of a search: an error for the model, by its text."""

import numpy as np
import pytest

from tools.calls.run import Run
from tools.calls.searching import search_library
from tools.documents.passage import Passage
from tools.errors import CiteloopError, ExitCode, ToolError, WhereError
from tools.evidence.evidence import Evidence
from tools.library.library import Library
from tools.library.where import parse_where


@pytest.fixture
def run(memory_library: Library) -> Run:
    text = "The lamp is red."
    passage = Passage("a.md", "Lamps", "", 0, 1, 1, 1, text, metadata={"lang": "en"})
    vectors = memory_library.embedder.embed_passages([text])
    memory_library.write([passage], np.asarray(vectors))
    return Run(memory_library, Evidence(), "?")


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("lamps", r'^where: "lamps" has not the form FIELD=PATTERN \(FIELD is'),
        (
            "owner=x",
            r'^where: no document has a field "owner"; there are document, title, l',
        ),
    ],
)
async def test_a_condition_that_cannot_be_used_is_the_models_to_mend(
    run: Run, where: str, says: str
) -> None:
    with pytest.raises(ToolError, match=says):
        await search_library(run, ["lamp"], 3, where)


async def test_a_condition_that_no_document_fits_finds_nothing(run: Run) -> None:
    found = await search_library(run, ["lamp", "red"], 3, "lang=en")
    assert [[hit.passage.document for hit in hits] for hits in found] == [["a.md"]] * 2
    assert await search_library(run, ["lamp"], 3, "lang=de") == [[]]


def test_from_python_it_is_a_failure_of_usage(run: Run) -> None:
    with pytest.raises(WhereError, match=r'^where: no document has a field "owner"'):
        run.library.search(["lamp"], 3, parse_where("owner=x"))
    assert issubclass(WhereError, CiteloopError)
    assert WhereError.exit_code == ExitCode.USAGE
