from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.text.front_matter import Properties, read_properties
from tools.text.markdown import body_start, read_blocks, read_front_matter


def read(front: str) -> Properties:
    return read_properties(f"---\n{front}\n---\n\n# Head\n")


# --- values stay as they are written


@pytest.mark.parametrize(
    "value",
    [
        "no", "yes", "on", "off", "true", "False", "null", "~", "1.10", "1.0", "007",
        "0x1F", "0o17", "1e3", "1_000", "1:30", "12:30:45", "2024-01-02", "2024-13-45",
        "2024-01-02T03:04:05Z", ".5", "-0", ".inf", ".nan", "=", "9" * 400,
        "1:" * 100 + "1", "Guide: part two", "Fix: a: b: c", "a - b", "C# and F#",
        "@handle", "`code`", "50% of it", "%d", "*", "**Bold** words", "| a | b |",
        "[Draft] Guide", "[[wiki]] link", "{{ page.title }}", "{% if x %}", "- dash",
        "? who", '"Quoted" and more', "'tis so", "a \\ b", "C:\\new", "http://x.y/z:1",
        "emoji 🚀: up", "Ünïcödé: ß", "[b", "{x", "!important", "& more", "> quoted",
        "key: [a", ": colon first", "trailing:", ", comma", "<b>bold</b>",
    ],
)  # fmt: skip
def test_a_value_stays_as_it_is_written(value: str) -> None:
    found = read(f"first: 1\nvalue: {value}\nlast: x")
    assert found.values == {"first": "1", "value": value, "last": "x"}
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('"Guide: part two"', "Guide: part two"),
        ("'it''s'", "it's"),
        ('"a \\u00e9" # why', "a é"),
        ("en # the language", "en"),
        ("[a, no, 1.10, null]", "a, no, 1.10, null"),
        ('["a, b", c]', "a, b, c"),
        ("\n- no\n- 1.10\n- Guide: part\n- 'x: y'", "no, 1.10, Guide: part, x: y"),
        ("\n  - a\n  # not this\n\n  - b", "a, b"),
        ("[a,\n  b\n]", "a, b"),
        ("|\n  one\n  two", "one\ntwo"),
        (">-\n  one\n  two", "one two"),
        ("one\n  goes on: here", "one goes on: here"),
        ("!!bool maybe", "maybe"),
        ("!!timestamp foo", "foo"),
        ("!!int x", "x"),
        ("!!str 1.10", "1.10"),
        ("!!binary ===", "==="),
        ("!!python/object/apply:os.system [ls]", "ls"),
        ("!!python/name:os.system", None),
        ("&anchor Guide", "Guide"),
        ("", None),
        ("# only a comment", None),
        ("{a: b}", None),
        ("\n  name: X\n  mail: y", None),
        ("[[a], b]", "b"),
    ],
)
def test_yaml_s_quotes_lists_and_folded_lines_are_read(
    value: str, text: str | None
) -> None:
    found = read(f"value: {value}\nlast: x")
    assert found.values.get("value") == text
    assert found.values["last"] == "x"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("og:title: x", "og:title"),
        ('"my key": x', "my key"),
        ("'my: key': x", "my: key"),
        ("Date Created: x", "Date Created"),
        ("schlüssel: x", "schlüssel"),
        ("a.b-c_d: x", "a.b-c_d"),
        ("key :  x", "key"),
        ("key:\tx", "key"),
        ("404: x", "404"),
    ],
)
def test_a_key_is_what_stands_before_the_first_colon(line: str, key: str) -> None:
    assert read(f"title: t\n{line}").values == {"title": "t", key: "x"}


# --- one bad line costs that line


@pytest.mark.parametrize(
    "bad",
    [
        "no colon here",
        "title:without a space",
        "- an item of nothing",
        "<<: *base",
        "[a]: b",
        "? complex",
        "copy: *alias",
        "list: [*alias, b]",
        f"deep: {'[' * 9000}",
        "%YAML 1.2",
        "<<<<<<< HEAD",
        "`x`: y",
        "first: again",
        "}",
    ],
)
def test_a_bad_line_costs_that_line_and_is_named(bad: str) -> None:
    found = read(f"first: 1\n{bad}\nlang: en")
    assert found.values == {"first": "1", "lang": "en"}
    assert found.remarks == ("line 3 of its front matter could not be read",)


def test_of_many_bad_lines_the_first_are_named() -> None:
    found = read("title: x\nlang: en\ntags: y\na\nb\nc\nd\ne")
    (remark,) = found.remarks
    assert remark == "lines 5, 6, 7 and 2 more of its front matter could not be read"


def test_what_could_not_be_read_is_told_with_the_front_matter() -> None:
    front = read_front_matter("---\ntitle: t\nbad\n---\n")
    assert (front.title, len(front.remarks)) == ("t", 1)


# --- text between two breaks is text


@pytest.mark.parametrize(
    "prose",
    [
        "The pump stands in York.",
        "The pump stands in York.\nIt runs.",
        "Note: the pump stands in York.",
        "Note: the pump\nstands in York.",
        "Warning: hot!\n\nDo not touch it.",
        "Alice: Hello there.\nBob: Good day!",
        "Q: What is it?\nA: A pump.",
        "- a\n- b",
        "1. a\n2. b",
        "# Heading",
        "## Heading\n\ntext",
        "> quoted",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "```yaml\ntitle: x\n```",
        "*stars*",
        "https://example.com/x",
        "\nA paragraph between two rules.\n",
        "Here is a list of prices\nwidget: 40 euro",
        "<div>html</div>",
    ],
)
def test_prose_between_two_breaks_is_text(prose: str) -> None:
    text = f"---\n{prose}\n---\n\nMore.\n"
    assert read_properties(text) == Properties()
    assert body_start(text) == 0
    assert read_blocks(text)[0].start == 0


@pytest.mark.parametrize(
    "front",
    [
        "title: x", "Title: x", "lang: en", "note: x", "Product: Zorb\nVersion: 2",
        "# a comment\ntitle: x", "  title: x\n  lang: en", "\ntitle: x\n",
        "summary: It is a pump.", "Author: A. B.", "tags:\n- a", "",
    ],
)  # fmt: skip
def test_names_with_values_are_front_matter(front: str) -> None:
    text = f"---\n{front}\n---\nText.\n"
    assert body_start(text) == front.count("\n") + 3


@pytest.mark.parametrize(
    "text",
    ["---\ntitle: x\n", "--- \n", "---", "----\ntitle: x\n----\n", "\n---\na: b\n---\n",
     "---\ntitle: x\n--- no\n", "+++\ntitle = 'x'\n+++\n", "--\na: b\n--\n"],
)  # fmt: skip
def test_what_is_not_between_two_lines_of_three_is_text(text: str) -> None:
    assert read_properties(text).end == 0


@pytest.mark.parametrize("close", ["---", "...", "---  ", "...\t"])
def test_front_matter_ends_at_dashes_or_dots(close: str) -> None:
    assert read_properties(f"---\na: b\n{close}\nText.\n").values == {"a": "b"}


# --- nothing hostile comes of it


def test_merge_keys_do_not_multiply() -> None:
    lines = ["a0: &a0 {k: v}"]
    for level in range(1, 12):
        merged = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} {{<<: [{merged}]}}")
    begun = perf_counter()
    found = read("\n".join(lines))
    assert perf_counter() - begun < 2
    assert found.values == {}
    assert "8 more" in found.remarks[0]


def test_larger_than_64_kib_it_is_text_and_that_is_said() -> None:
    found = read("\n".join(f"key{number}: value" for number in range(9000)))
    assert found.end == 0
    assert "64 KiB" in found.remarks[0]


def test_a_table_that_poses_as_front_matter_gives_fifty_values() -> None:
    found = read("\n".join(f"key{number}: value" for number in range(900)))
    assert len(found.values) == 50


@given(st.text(alphabet="ab: -#[]{}&*!|>'\"%@`,?<.\n\t~1é", max_size=200))
def test_nothing_between_two_breaks_raises_or_is_lost_unsaid(front: str) -> None:
    text = f"---\n{front}\n---\n\nEnd.\n"
    found = read_properties(text)
    assert found.end <= front.count("\n") + 3
    assert all(isinstance(value, str) for value in found.values.values())
    blocks = read_blocks(text)
    assert all(block.start >= found.end for block in blocks)
