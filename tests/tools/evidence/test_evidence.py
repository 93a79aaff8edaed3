"""What a conversation has seen: numbers of sources."""

import pytest

from tests.tools.grounding.checking import LAMPS, TABLES, evidence_of
from tools.evidence.evidence import Evidence


def test_sources_are_numbered_from_one_in_the_order_of_appearance() -> None:
    evidence = evidence_of(LAMPS, TABLES)
    assert [(each.id, each.document) for each in evidence] == [
        (1, "1.md"),
        (2, "2.md"),
    ]
    assert len(evidence) == 2


def test_lines_that_are_shown_again_keep_their_number() -> None:
    evidence = evidence_of(LAMPS, TABLES)
    again = evidence.show("1.md", "Title 1", "Other heading", 1, LAMPS)
    assert again.id == 1
    assert len(evidence) == 2


@pytest.mark.parametrize(
    ("document", "start", "text"),
    [("3.md", 1, LAMPS), ("1.md", 2, LAMPS), ("1.md", 1, TABLES)],
)
def test_other_lines_get_a_number_of_their_own(
    document: str, start: int, text: str
) -> None:
    evidence = evidence_of(LAMPS, TABLES)
    assert evidence.show(document, "", "", start, text).id == 3


def test_a_source_ends_at_its_last_line_that_is_not_blank_at_the_end() -> None:
    source = Evidence().show("a.md", "A", "", 7, "one\ntwo\n\n")
    assert (source.start_line, source.end_line, source.text) == (7, 8, "one\ntwo")


def test_a_conversation_that_goes_on_uses_no_number_twice() -> None:
    old = [each for each in evidence_of(LAMPS, TABLES) if each.id == 2]
    evidence = Evidence(old)
    assert evidence.show("2.md", "Title 2", "", 1, TABLES).id == 2
    assert evidence.show("1.md", "Title 1", "", 1, LAMPS).id == 3
    assert evidence.get(1) is None
