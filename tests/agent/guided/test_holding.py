"""A true sentence with a true quote that is no answer: a small model's mistake."""

import json
from typing import Any

import pytest

from agent.guided.named import find_unnamed
from agent.testing.servers.chat_server import Turn
from tests.fakes.qwen import QUESTION, answer_from
from tools.evidence.evidence import Evidence, Source
from tools.library.library import Library

FLAT = "How long does a dense search with FLAT take on Milvus Lite 3.2.2?"
OTHER_RELEASE = "A FLAT search over the same rows took 33 milliseconds."
CLOUD = "Zilliz Cloud is a managed service by Zilliz, the company behind Milvus."


def saying(sentence: str) -> Any:
    """Return a model that answers with a sentence of the passages, quoted exactly."""

    def model(request: dict[str, Any]) -> Turn:
        text = request["messages"][1]["content"]
        before = text[: text.index(sentence)]
        number = int(before.rpartition("\n[")[2].partition("]")[0].strip("["))
        quotes = [{"source": number, "quote": sentence}]
        answer = f"{sentence[:-1]} [{number}]."
        return Turn(
            content=json.dumps(
                {"quotes": quotes, "answer": answer, "answered": True, "missing": []}
            )
        )

    return model


async def test_a_sentence_about_another_release_gives_way_to_quotes(
    library: Library,
) -> None:
    answer, _ = await answer_from(library, saying(OTHER_RELEASE), FLAT, mode="guided")
    assert answer.mode == "extractive"
    assert "does not name 3.2.2" in answer.mode_reason
    assert "389 ms" in answer.answer
    assert (answer.grounded, answer.exit_code) == (True, 0)


@pytest.mark.parametrize(
    "question",
    ["Who is the chief executive of Zilliz?", "What does Zilliz Cloud cost per month?"],
)
async def test_a_sentence_about_something_else_ends_in_the_closest_passages(
    question: str, library: Library
) -> None:
    answer, _ = await answer_from(library, saying(CLOUD), question, mode="guided")
    assert (answer.answered, answer.exit_code) == (False, 8)
    assert "No sentence answers this" in answer.answer
    assert "hardly says anything of what was asked" in answer.mode_reason


async def test_an_answer_to_the_question_stands(library: Library) -> None:
    sentence = (
        "Milvus acknowledges an insert as soon as the log broker has accepted it."
    )
    answer, _ = await answer_from(library, saying(sentence), QUESTION, mode="guided")
    assert (answer.mode, answer.mode_reason, answer.exit_code) == ("guided", "", 0)


async def test_a_question_in_a_language_nobody_reads_is_not_judged(
    library: Library,
) -> None:
    question = "Wann bestätigt Milvus ein Insert, und was macht der log broker?"
    sentence = (
        "Milvus acknowledges an insert as soon as the log broker has accepted it."
    )
    answer, _ = await answer_from(library, saying(sentence), question, mode="guided")
    assert (answer.mode, answer.grounded) == ("guided", True)


def seen(*texts: str) -> list[Source]:
    evidence = Evidence()
    return [
        evidence.show(f"{number}.md", f"Page {number}", "Under", 1, text)
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How fast is FLAT in Milvus Lite 3.2.2?", ("3.2.2",)),
        ("How fast is FLAT in Milvus Lite 2.5.1?", ()),
        ("How fast is FLAT on Windows?", ("Windows",)),
        ("Is max_length 65535?", ("65535",)),
        ("How fast is it?", ()),
    ],
)
def test_what_a_question_names_is_looked_for_in_what_is_cited(
    question: str, missing: tuple[str, ...]
) -> None:
    cited = seen("On Milvus Lite 2.5.1 a search with FLAT takes 33 ms.")
    assert find_unnamed(question, cited, cited) == missing


def test_what_the_whole_library_is_about_need_not_be_named() -> None:
    sources = seen("The search takes 33 ms.", "Milvus is a database.", "Use Milvus.")
    assert find_unnamed("How fast is Milvus?", sources[:1], sources) == ()
    assert find_unnamed("How fast is Milvus?", sources[:1], sources[:2]) == ("Milvus",)
    both = seen(
        "The search takes 33 ms.", "In 2.5.1 and 3.2.2.", "From 2.5.1 to 3.2.2."
    )
    assert find_unnamed("How fast is 3.2.2?", both[:1], both) == ("3.2.2",)


def test_a_heading_names_what_its_lines_are_about() -> None:
    evidence = Evidence()
    evidence.show("a.md", "Releases", "Milvus 2.6 › Limits", 1, "At most 64 fields.")
    cited = list(evidence)
    assert find_unnamed("How many fields has Milvus 2.6?", cited, cited) == ()
