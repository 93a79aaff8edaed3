"""What can be quoted of a source, and where it stands."""

from agent.extractive.places import Place, places_of
from tools.evidence.shown import ShownSource

PAGE = """# Lamps

A lamp gives bright light. Its shade is
made of paper.

| Lamp | Watts |
|---|---|
| desk | 40 |
| floor | 60 |

To mend a lamp:

1. Pull the plug out first.
2. Then change the bulb.

## Code

```python
lamp.switch(on=True)
```"""


def read(text: str, start: int = 1) -> list[Place]:
    lines = tuple(text.split("\n"))
    source = ShownSource(
        1, "lamps.md", "Lamps", start, start + len(lines) - 1, 0.9, False, lines
    )
    return places_of(source)


def test_sentences_rows_items_and_code_are_places_with_their_lines() -> None:
    found = [(each.kind, each.first_line, each.last_line) for each in read(PAGE)]
    assert found == [
        ("sentence", 3, 3), ("sentence", 3, 4), ("row", 8, 8), ("row", 9, 9),
        ("item", 13, 13), ("item", 14, 14), ("code", 19, 19),
    ]  # fmt: skip


def test_a_row_says_its_cells_with_their_headers() -> None:
    row = read(PAGE)[2]
    assert row.words == "Lamp desk, Watts 40"
    assert row.text == "| desk | 40 |"


def test_a_row_without_its_header_says_its_cells_alone() -> None:
    assert [each.words for each in read("| desk | 40 |\n| floor | 60 |")] == [
        "desk, 40", "floor, 60",
    ]  # fmt: skip


def test_the_items_of_a_list_are_one_block_and_know_what_introduces_them() -> None:
    first, second = read(PAGE)[4:6]
    assert first.block == second.block
    assert first.lead == "To mend a lamp:"


def test_what_stands_under_a_heading_within_a_source_knows_it() -> None:
    places = read(PAGE)
    assert places[-1].heading == "Lamps › Code"
    assert places[-1].opens
    assert not places[1].opens


def test_a_line_that_ends_a_sentence_ends_it_whatever_follows() -> None:
    text = "The weights are stored in MXFP4.\ngpt-oss-20b suits a workstation."
    assert [each.words for each in read(text)] == text.split("\n")


def test_what_only_introduces_or_asks_is_no_place() -> None:
    assert not read("The lamp is made of these parts:")
    assert not read("Before you mend a lamp, ensure that")
    assert not read("What is the lamp of the house made of?")
