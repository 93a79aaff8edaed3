"""Properties and examples of how a document is cut into passages."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.documents.document import Document, Form, document_key
from tools.documents.packing import CountTokens
from tools.documents.passage import Passage, join_passages
from tools.documents.splitting import split_document
from tools.text.markdown import without_targets

LIMIT = 24
REAL_LIMIT = 80
"""A heading may take 60 of it."""


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def document_of(text: str, form: Form = "markdown", title: str = "Lamps") -> Document:
    return Document("lamps.md", title, text, form, "docs", {"owner": "x"})


def split(text: str, limit: int = LIMIT, form: Form = "markdown") -> list[Passage]:
    return split_document(document_of(text, form), count_words, limit)


def solid(text: str) -> str:
    return re.sub(r"\s", "", text)


def sizes(passages: list[Passage]) -> list[int]:
    texts = [
        f"{each.title} › {each.heading} {without_targets(each.text)}"
        for each in passages
    ]
    return count_words(texts)


# --- properties

WORDS = "lamp red. oak; *bold* `code` 数据库。索引！データ a|b http://x [a](b) x\u2028y"
LINES = st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=40).map(
    " ".join
)
BLOCKS = st.one_of(
    LINES,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "###"]), LINES),
    st.lists(LINES, min_size=1, max_size=6).map("\n".join),
    st.lists(LINES.map("- {}".format), min_size=1, max_size=6).map("\n".join),
    st.lists(LINES.map("> {}".format), min_size=1, max_size=3).map("\n".join),
    st.builds("- {}\n  - {}\n\n  {}".format, LINES, LINES, LINES),
    st.builds("```\n{}\n\n# {}\n```".format, LINES, LINES),
    st.builds("| a | b |\n|---|---|\n| {} | 1 |\n| 2 | {} |".format, LINES, LINES),
    st.builds("{}\n===".format, LINES),
    st.just("[ref]: http://example.org/target"),
    st.just("<div>\n\nraw\n\n</div>"),
    st.just("***"),
    st.text(st.sampled_from("ab#>-*_`|[]() \t\n0.~=:"), max_size=60),
)
BODIES = st.builds(
    lambda blocks, gaps, end: (
        "".join(map("".join, zip(blocks, gaps, strict=False))) + end
    ),
    st.lists(BLOCKS, max_size=8),
    st.lists(st.sampled_from(["\n\n", "\n", "\n\n\n\n"]), min_size=8, max_size=8),
    st.sampled_from(["", "\n", "last words", "   "]),
).filter(lambda body: not body.startswith("---"))
FRONTS = st.sampled_from(["", "", "---\ntitle: Lamps\n---\n", "---\na: b\n---\n\n\n"])


@given(FRONTS, BODIES)
def test_passages_hold_every_character_once_and_in_order(front: str, body: str) -> None:
    passages = split(front + body, REAL_LIMIT)
    assert solid("".join(each.text for each in passages)) == solid(body)
    assert all(each.text.strip() for each in passages)


@given(BODIES)
def test_passages_of_plain_text_hold_every_character_once(body: str) -> None:
    passages = split(body, REAL_LIMIT, "text")
    assert solid("".join(each.text for each in passages)) == solid(body)


@given(FRONTS, BODIES)
def test_joined_passages_are_the_lines_of_the_document(front: str, body: str) -> None:
    text = front + body
    lines = text.split("\n")
    joined = join_passages(split(text, REAL_LIMIT))
    numbers = [number for number, _ in joined]
    assert numbers == sorted(set(numbers))
    assert all(lines[number - 1] == line for number, line in joined)
    blank_or_front = set(range(1, len(lines) + 1)) - set(numbers)
    hidden = front.count("\n")
    assert all(
        number <= hidden or not lines[number - 1].strip() for number in blank_or_front
    )


@given(FRONTS, BODIES, st.sampled_from([70, REAL_LIMIT, 150]))
def test_no_passage_with_its_heading_is_over_the_limit(
    front: str, body: str, limit: int
) -> None:
    passages = [
        each
        for each in split(front + body, limit)
        if len(f"{each.title} › {each.heading}".split()) <= 60
    ]
    assert max(sizes(passages), default=0) <= limit


@given(FRONTS, BODIES)
def test_passages_are_numbered_and_begin_and_end_on_their_lines(
    front: str, body: str
) -> None:
    text = front + body
    passages = split(text, REAL_LIMIT)
    lines = text.split("\n")
    for number, passage in enumerate(passages):
        assert (passage.number, passage.count) == (number, len(passages))
        assert passage.continues is (number + 1 < len(passages))
        rows = passage.text.removesuffix("\n").split("\n")
        assert len(rows) == passage.end_line - passage.start_line + 1
        named = lines[passage.start_line - 1 : passage.end_line]
        assert all(row in line for row, line in zip(rows, named, strict=True))


# --- examples

GUIDE = """---
title: Lamps
---
Words before any heading.

# Lamps

The lamp is red.

## Shades

It is tall.

## Arms

### Long arms

It bends.

# Tables

Oak.
"""


def test_a_passage_never_reaches_over_a_heading() -> None:
    found = [(each.heading, each.start_line, each.end_line) for each in split(GUIDE)]
    assert found == [
        ("", 4, 5),
        ("Lamps", 6, 9),
        ("Lamps › Shades", 10, 13),
        ("Lamps › Arms › Long arms", 14, 19),
        ("Tables", 20, 22),
    ]


def test_the_heading_path_begins_with_the_title_once() -> None:
    paths = [each.heading_path for each in split(GUIDE)]
    assert paths == [
        "Lamps",
        "Lamps",
        "Lamps › Shades",
        "Lamps › Arms › Long arms",
        "Lamps › Tables",
    ]


def test_a_passage_says_what_document_it_was_cut_from() -> None:
    document = document_of("# A\n\nb\n")
    (passage,) = split_document(document, count_words, LIMIT)
    assert (passage.document, passage.title) == ("lamps.md", "Lamps")
    assert (passage.digest, passage.source) == (document.digest, "docs")
    assert passage.metadata == {"owner": "x"}
    assert passage.key == f"{document_key('lamps.md')}_000000"
    assert passage.key.replace("_", "").isalnum()


@pytest.mark.parametrize(
    "block",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
        "```python\na = 1\n\nb = 2\n```",
        "- one item\n- two items\n\n  more of it",
    ],
    ids=["table", "code", "list"],
)
def test_a_block_that_fits_is_kept_whole(block: str) -> None:
    filler = "word " * 15
    passages = split(f"{filler}\n\n{block}\n\n{filler}\n", limit=26)
    assert sum(block in each.text for each in passages) == 1
    assert len(passages) > 1


def test_a_long_list_is_cut_between_its_items() -> None:
    items = [f"- item {number}\n  goes on" for number in range(12)]
    passages = split("\n".join(items) + "\n", limit=18)
    assert len(passages) > 2
    assert all(each.text.startswith("- item") for each in passages)


def test_a_long_table_is_cut_between_its_rows() -> None:
    rows = [f"| {number} | some words |" for number in range(12)]
    text = "\n".join(["| a | b |", "|---|---|", *rows]) + "\n"
    passages = split(text, limit=20)
    assert len(passages) > 2
    assert all(each.text.startswith("|") for each in passages)
    assert all(each.text.endswith("|\n") for each in passages)


def test_a_long_line_is_cut_between_sentences_and_joined_again() -> None:
    line = " ".join(f"This is sentence number {number}." for number in range(40))
    passages = split(f"Before.\n\n{line}\n\nAfter.\n")
    assert len(passages) > 3
    assert all(each.text.rstrip().endswith(".") for each in passages)
    assert all(each.text.startswith("This") for each in passages[1:-1])
    assert join_passages(passages)[:3] == [(1, "Before."), (2, ""), (3, line)]


def test_a_sentence_over_the_limit_is_cut_between_words() -> None:
    passages = split("word " * 200)
    assert max(sizes(passages)) <= LIMIT
    assert {word for each in passages for word in each.text.split()} == {"word"}


@pytest.mark.parametrize("count", [count_words, count_characters])
def test_a_word_of_any_length_is_cut(count: CountTokens) -> None:
    word = "x" * 20_000
    passages = split_document(document_of(f"a {word} b\n"), count, 300)
    assert "".join(each.text for each in passages) == f"a {word} b\n"
    assert max(len(each.text) for each in passages) <= 4000
    assert {(each.start_line, each.end_line) for each in passages} == {(1, 1)}


def test_chinese_without_spaces_is_cut_after_sentences() -> None:
    line = "向量数据库用于存储和检索向量。" * 40
    passages = split_document(document_of(line), count_characters, 100)
    assert "".join(each.text for each in passages) == line
    assert all(each.text.endswith("。") for each in passages)
    assert all(len(each.text) <= 100 for each in passages)


def test_targets_of_links_do_not_count_towards_the_limit() -> None:
    text = "\n".join(f"[a](http://x.org/{'y' * 50}) b" for _ in range(6))
    passages = split_document(document_of(text), count_characters, 60)
    assert len(passages) == 1


@pytest.mark.parametrize("form", ["markdown", "text"])
@pytest.mark.parametrize("text", ["", "\n", " \n\t\n\n"])
def test_a_blank_document_has_no_passages(text: str, form: Form) -> None:
    assert split(text, form=form) == []


def test_a_document_of_front_matter_alone_has_no_passages() -> None:
    assert split("---\ntitle: Lamps\n---\n") == []


def test_a_document_of_link_definitions_is_kept() -> None:
    text = "[a]: http://x.org\n[b]: http://y.org\n"
    assert "".join(each.text for each in split(text)) == text


def test_plain_text_has_no_headings_and_no_front_matter() -> None:
    text = "---\na: b\n---\n\n# no heading\n\nwords\n"
    passages = split(text, form="text")
    assert {each.heading for each in passages} == {""}
    assert "".join(each.text for each in passages) == text


def test_plain_text_is_cut_between_paragraphs() -> None:
    passages = split("\n\n".join(["word " * 12] * 4), form="text")
    assert [each.start_line for each in passages] == [1, 3, 5, 7]
