"""Passages joined to lines again."""

from tests.tools.documents.test_splitting import GUIDE, split
from tools.documents.passage import join_passages


def test_some_passages_give_their_own_lines() -> None:
    passages = split(GUIDE)
    assert join_passages([passages[3], passages[1]]) == [
        (6, "# Lamps"),
        (7, ""),
        (8, "The lamp is red."),
        (9, ""),
        (14, "## Arms"),
        (15, ""),
        (16, "### Long arms"),
        (17, ""),
        (18, "It bends."),
        (19, ""),
    ]


def test_no_passages_have_no_lines() -> None:
    assert join_passages([]) == []
