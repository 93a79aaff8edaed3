import pytest

from tools.text.markdown import plain, read_blocks, read_front_matter, without_targets

DOCUMENT = """---
title: Lamps
---

# Lamps

A paragraph
over two lines.

Setext *heading*
----------------

- one
- two
  - deep

| a | b |
|---|---|
| 1 | 2 |

```
# no heading
```

### Deep `code` [link](x) ###
"""


def test_blocks_have_their_lines_and_headings_without_front_matter() -> None:
    found = [
        (block.start, block.end, block.level, block.heading)
        for block in read_blocks(DOCUMENT)
    ]
    assert found == [
        (4, 5, 1, "Lamps"),
        (6, 8, 0, ""),
        (9, 11, 2, "Setext heading"),
        (12, 16, 0, ""),
        (16, 19, 0, ""),
        (20, 23, 0, ""),
        (24, 25, 3, "Deep code link"),
    ]


def test_a_list_names_the_lines_where_its_items_begin() -> None:
    items = read_blocks("- one\n  more\n- two\n  - deep\n- three\n")[0].inner
    assert items[0] == (0, 2, 4)
    assert any(3 in lines for lines in items[1:])


def test_headings_inside_code_and_quotes_are_none_of_the_document() -> None:
    text = "```\n# a\n```\n\n> # b\n\n    # c\n"
    assert [block.level for block in read_blocks(text)] == [0, 0, 0]


@pytest.mark.parametrize("text", ["", "\n\n", "---\na: b\n---\n", "[a]: http://b\n"])
def test_a_text_without_blocks_has_none(text: str) -> None:
    assert read_blocks(text) == []


# --- front matter


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Front\n---\n# Head\n", "Front"),
        ("---\ntitle: 2024\n---\n# Head\n", "2024"),
        ("---\nid: x.md\n---\n\n## Second level\n\n# Head\n", "Second level"),
        ("---\ntitle: ''\n---\n# Head\n", "Head"),
        ("# A *fine* `head`\n", "A fine head"),
        ("text\n\n---\ntitle: no front matter\n---\n", "title: no front matter"),
        ("no heading\n", None),
        ("", None),
    ],
)
def test_the_title_is_that_of_the_front_matter_or_the_first_heading(
    text: str, title: str | None
) -> None:
    assert read_front_matter(text).title == title


def test_the_metadata_are_the_plain_values_of_the_front_matter() -> None:
    text = (
        "---\nid: a.md\nsize: 3\nratio: 0.5\ndraft: true\ndate: 2024-05-01\n"
        "tags: [a, b]\nmore: {a: b}\nnone:\n---\n"
    )
    assert read_front_matter(text).metadata == {
        "id": "a.md",
        "size": "3",
        "ratio": "0.5",
        "draft": "true",
        "date": "2024-05-01",
        "tags": "a, b",
    }


def test_a_long_value_is_cut() -> None:
    metadata = read_front_matter(f"---\nsummary: {'x' * 9000}\n---\n").metadata
    assert 0 < len(metadata["summary"]) <= 500


@pytest.mark.parametrize(
    "value", ["2024-13-45", "9" * 5000], ids=["no such date", "huge number"]
)
def test_an_impossible_value_does_not_stop_the_reading(value: str) -> None:
    assert read_front_matter(f"---\nodd: {value}\n---\n\n# Head\n").title == "Head"


# --- words without marks


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        (
            "A **bold** and *thin* [link](http://x) `code`.",
            "A bold and thin link code.",
        ),
        ("## Head", "Head"),
        ("one\ntwo", "one two"),
        ("```\nx = 1\n```", "x = 1"),
        ("- a\n- b", "a b"),
        ("a<br>b <b>c</b>", "ab c"),
        ("", ""),
    ],
)
def test_a_block_is_read_as_its_words_alone(markdown: str, words: str) -> None:
    assert plain(markdown) == words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("see [the docs](https://x.org/a?b=c) now", "see [the docs] now"),
        ("![alt](a.png)", "![alt]"),
        ('[a](b "a title") c', "[a] c"),
        ("[a](b_(c)_d) e", "[a] e"),
        ("[a](b) and [c](d)", "[a] and [c]"),
        ("[a] (b)", "[a] (b)"),
        ("f(x)[0](y z)", "f(x)[0](y z)"),
        ("plain", "plain"),
    ],
)
def test_targets_of_links_and_images_are_left_out(text: str, kept: str) -> None:
    assert without_targets(text) == kept
