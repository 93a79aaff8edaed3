"""Which sentences of a guided answer are given which quotes."""

from agent.guided.marking import mark_quotes
from agent.guided.reply import Reply
from tools.evidence.shown import ShownSource
from tools.grounding.citation import DraftCitation

SEALED = "A growing segment is sealed when it is full."
KEPT = "Its binlogs are kept in the object store."


def shown(*texts: str) -> list[ShownSource]:
    return [
        ShownSource(at, "a.md", "A", 1, 1, 0.5, False, (text,))
        for at, text in enumerate(texts, 1)
    ]


def marked(answer: str, *quotes: tuple[int, str], answered: bool = True) -> Reply:
    given = tuple(DraftCitation(source=at, quote=quote) for at, quote in quotes)
    reply = Reply(answer=answer, quotes=given, answered=answered)
    return mark_quotes(reply, shown(SEALED, KEPT))


def test_each_sentence_cites_what_it_restates() -> None:
    found = marked(
        "When it is full, a growing segment is sealed. The object store keeps binlogs.",
        (1, SEALED), (2, KEPT),
    )  # fmt: skip
    assert found.answer == (
        "When it is full, a growing segment is sealed [1]. "
        "The object store keeps binlogs [2]."
    )
    assert [each.source for each in found.quotes] == [1, 2]


def test_a_sentence_of_two_quotes_cites_both() -> None:
    found = marked(
        "A growing segment is sealed when full, and its binlogs go to the store.",
        (1, SEALED), (2, KEPT),
    )  # fmt: skip
    assert found.answer.endswith("the store [1][2].")


def test_marks_of_the_models_own_stay_and_keep_their_quotes() -> None:
    given = "It is sealed [2]. Its binlogs are kept in the object store [2]."
    found = marked(given, (1, SEALED), (2, KEPT))
    assert found.answer == given
    assert [each.source for each in found.quotes] == [2]


def test_a_sentence_that_says_something_else_cites_nothing() -> None:
    given = "Honey never spoils, and bees know that."
    found = marked(given, (1, SEALED))
    assert (found.answer, found.quotes) == (given, ())


def test_a_quote_that_stands_nowhere_leaves_its_passage_cited() -> None:
    found = marked("A growing segment is sealed.", (1, "It is sealed once it is full."))
    assert found.quotes == ()
    assert found.answer == "A growing segment is sealed."
    found = marked(
        "A growing segment is sealed.", (1, "A segment, growing, is sealed.")
    )
    assert (found.answer, found.quotes) == ("A growing segment is sealed [1].", ())


def test_without_quotes_and_in_an_abstention_nothing_is_marked() -> None:
    assert marked("A growing segment is sealed.").answer[-1] == "."
    said = "A growing segment is not described in the passages."
    found = marked(said, (1, SEALED), answered=False)
    assert found.answer == said
