from pathlib import Path

import pytest

from agent.answer import Answer
from agent.asking import ask
from agent.conversations.conversation import Conversation
from agent.extractive.model import ExtractiveModel
from agent.extractive.quoting import FITTING
from agent.settings.settings import Settings
from tests.conftest import DOCS
from tools.embedding.loading import EmbedderRecipe
from tools.grounding.citation import Verdict


async def answer_to(
    question: str, library_file: Path, *, stream: bool = True
) -> Answer:
    settings = Settings.load({"library": str(library_file), "stream": stream})
    return await ask(question, settings=settings)


def stands_at_its_lines(document: str, first: int, last: int, quote: str) -> bool:
    lines = (DOCS / document).read_text().split("\n")
    return quote in "\n".join(lines[first - 1 : last])


@pytest.mark.parametrize("stream", [True, False])
async def test_a_two_part_question_is_answered_by_quotes_of_two_documents(
    library_file: Path, stream: bool
) -> None:
    answer = await answer_to(
        "What makes a growing segment sealed, and which exit code stands for wrong "
        "credentials in Citeloop?",
        library_file,
        stream=stream,
    )
    assert answer.model == "extractive"
    assert answer.grounded
    assert {"write-path.md", "citeloop.md"} <= {
        each.document for each in answer.citations
    }
    for each in answer.citations:
        assert each.verdict is Verdict.EXACT
        assert each.document
        assert each.start_line
        assert each.end_line
        assert stands_at_its_lines(
            each.document, each.start_line, each.end_line, each.quote
        )


async def test_the_same_question_has_the_same_answer_streaming_or_not(
    library_file: Path,
) -> None:
    question = "Which index serves vectors that do not fit into memory?"
    first = await answer_to(question, library_file)
    second = await answer_to(question, library_file, stream=False)
    assert first.answer == second.answer
    assert first.citations == second.citations


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "How do I bake bread in an oven?",
        "qwertyuiop?",
    ],
)
async def test_where_nothing_fits_it_abstains_after_other_words(
    library_file: Path, question: str
) -> None:
    answer = await answer_to(question, library_file)
    assert (answer.answered, answer.grounded, answer.citations) == (False, True, ())
    assert [each.name for each in answer.trajectory] == [
        "search",
        "requery",
        "final_answer",
    ]
    assert answer.answer.startswith("No sentence answers this. Closest passages:\n\n- ")
    assert answer.answer.count("\n- ") == 3


async def test_with_a_higher_bar_it_abstains_sooner(library_file: Path) -> None:
    question = "Which index serves vectors that do not fit into memory?"
    settings = Settings.load({"library": str(library_file)})
    embedder = EmbedderRecipe("minilm").load()
    for fitting, answered in ((FITTING, True), (1.5, False)):
        model = ExtractiveModel(embedder, fitting)
        answer = await ask(question, settings=settings, model=model)
        assert answer.answered is answered


async def test_a_part_without_an_answer_is_named(library_file: Path) -> None:
    answer = await answer_to(
        "What makes a growing segment sealed, and who won the football game yesterday?",
        library_file,
    )
    assert answer.answered
    assert answer.missing == ("who won the football game yesterday",)


async def test_a_follow_up_is_searched_with_the_question_before_it(
    library_file: Path,
) -> None:
    settings = Settings.load({"library": str(library_file)})
    conversation = Conversation()
    await ask("What is HNSW?", settings=settings, conversation=conversation)
    answer = await ask(
        "What are its parameters?", settings=settings, conversation=conversation
    )
    assert "HNSW" in answer.trajectory[0].arguments["query"]
    assert "hnsw.md" in {each.document for each in answer.citations}


async def test_where_the_best_sentence_ends_a_passage_its_document_is_opened(
    tmp_path: Path,
) -> None:
    from agent.ingesting import ingest

    filler = " ".join(f"Shade number {number} is grey." for number in range(40))
    (tmp_path / "lamp.md").write_text(
        f"# Lamps\n\n{filler}\n\nThe zebra lamp is lit by a spark of copper.\n\n"
        f"{filler.replace('grey', 'blue')}\n"
    )
    settings = Settings.load({"library": str(tmp_path / "lamps.db")})
    ingest([str(tmp_path / "lamp.md")], settings=settings)
    answer = await ask("What is the zebra lamp lit by?", settings=settings)
    fetched = [each for each in answer.trajectory if each.name == "fetch"]
    assert [each.arguments for each in fetched] == [{"document": "lamp.md", "line": 5}]
    assert answer.citations[0].quote == "The zebra lamp is lit by a spark of copper."


async def test_a_row_is_quoted_with_the_header_of_its_table(
    library_file: Path,
) -> None:
    answer = await answer_to("What is the default value of nprobe?", library_file)
    assert answer.grounded
    assert answer.answer == (
        "| Parameter | Used when | Range | Default |\n|---|---|---|---|\n"
        "| `nprobe` | searching | 1 to `nlist` | 8 [1] |"
    )
    assert [each.verdict for each in answer.citations] == [Verdict.EXACT]


async def test_how_something_is_done_is_answered_by_code(library_file: Path) -> None:
    answer = await answer_to("How do I create an index?", library_file)
    assert answer.grounded
    assert "Indexes › Creating an index [1]:\n\n```\n" in answer.answer
    assert "client.create_index(" in answer.citations[0].quote


async def test_steps_are_quoted_whole(library_file: Path) -> None:
    answer = await answer_to(
        "How does a client send an insert request to a proxy?", library_file
    )
    assert answer.grounded
    assert answer.answer.count("\n> - ") == 4
    assert {each.document for each in answer.citations} == {"write-path.md"}


async def test_of_a_comparison_both_sides_are_quoted(library_file: Path) -> None:
    answer = await answer_to(
        "What is the difference between a search and a query in Milvus?", library_file
    )
    quotes = [each.quote for each in answer.citations]
    assert any(each.startswith("A search in Milvus ranks") for each in quotes)
    assert any(each.startswith("A query in Milvus returns") for each in quotes)


async def test_a_misspelt_question_is_answered_and_says_how_it_was_read(
    library_file: Path,
) -> None:
    answer = await answer_to("How does garbige colection free space?", library_file)
    assert answer.answered
    assert answer.grounded
    read = "“garbige” is read as “garbage”, “colection” is read as “collection”:"
    assert answer.answer.startswith(f"{read}\n\n> ")


async def test_a_question_that_the_embedder_does_not_read_says_so(
    library_file: Path,
) -> None:
    answer = await answer_to("Warum ist DiskANN so langsam?", library_file)
    assert not answer.answered
    assert answer.answer.startswith(
        "This seems to be German, and the embedder reads English; only “DiskANN” "
        "could be looked for.\n\nNo sentence answers this. Closest passages:"
    )
    assert "diskann.md" in answer.answer


async def test_a_name_that_nobody_says_is_not_answered(library_file: Path) -> None:
    for question in ("How do I install Milvus on Windows?", "Who invented HNSW?"):
        assert not (await answer_to(question, library_file)).answered
