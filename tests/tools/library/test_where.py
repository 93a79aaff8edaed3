from contextlib import suppress
from time import process_time
from timeit import timeit

import pytest

from tools.errors import WhereError
from tools.library.where import Condition, Where, parse_where, read_conditions


def only(field: str, pattern: str) -> Where:
    return Where((Condition(field, pattern),))


def matches(text: str, name: str = "", title: str = "", **metadata: str) -> bool:
    where = parse_where(text)
    assert where is not None
    return where.matches(name, title, metadata)


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_nothing_or_blank_is_no_restriction(text: str | None) -> None:
    assert parse_where(text) is None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("document=faq/*", only("document", "faq/*")),
        ("title=*index*", only("title", "*index*")),
        ("  title = Vector index  ", only("title", "Vector index")),
        ('document="a b.md"', only("document", "a b.md")),
        ("document='a.md'", only("document", "a.md")),
        ("title=a=b", only("title", "a=b")),
    ],
)
def test_a_restriction_names_a_field_and_a_pattern(text: str, where: Where) -> None:
    assert parse_where(text) == where


@pytest.mark.parametrize(
    "text", ["faq/*", "document", "document=", "title =  ", "id >= 0", "a b=c"]
)
def test_another_form_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(WhereError, match=r"has not the form FIELD=PATTERN"):
        parse_where(text)


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("faq/*", "faq/a.md", True),
        ("faq/*", "faq/deep/a.md", True),
        ("faq/*", "old/faq/a.md", False),
        ("*.MD", "Read.md", True),
        ("a.md", "a.md", True),
        ("a.md", "aXmd", False),
        ("a.md", "a.md.txt", False),
        ("a?.md", "ab.md", False),
        ("a?.md", "a?.md", True),
        ("[ab].md", "a.md", False),
        ("[ab].md", "[ab].md", True),
        ("[!a]*", "b", False),
        ("*straße*", "Die STRASSE.md", True),
        ("*两*", "第两章.md", True),
    ],
)
def test_only_the_star_is_special_and_case_does_not_count(
    pattern: str, name: str, found: bool
) -> None:
    assert matches(f"document={pattern}", name=name) is found
    assert matches(f"title={pattern}", title=name) is found


def test_a_pattern_is_compared_with_its_own_field_only() -> None:
    assert not matches("document=a*", name="b", title="a")
    assert not matches("title=a*", name="a", title="b")


def test_a_star_reaches_over_newlines_in_a_title() -> None:
    assert matches("title=a*c", title="a\nb\nc")


@pytest.mark.parametrize(
    "injected",
    ['" or id >= 0 or owner == "x', "x\\", "' or 1 == 1 --", '*" or "" == "'],
)
def test_a_filter_that_is_smuggled_in_is_literal(injected: str) -> None:
    assert not matches(f"document={injected}", name="a.md")
    assert matches(f"document={injected}", name=injected)


def test_several_conditions_must_all_hold() -> None:
    assert matches("document=faq/* and lang=EN", name="faq/a.md", lang="en")
    assert not matches("document=faq/* and lang=en", name="faq/a.md", lang="de")
    assert not matches("document=faq/* and lang=en", name="faq/a.md")


def test_an_and_within_a_pattern_is_part_of_it() -> None:
    assert matches("title=bread and butter", title="Bread and butter")


def test_a_field_that_no_document_has_is_named_with_those_there_are() -> None:
    where = parse_where("owner=x")
    assert where is not None
    with pytest.raises(WhereError, match="there are document, title, lang"):
        where.require_fields(["lang"])


@pytest.mark.parametrize(
    "text",
    [
        "Title = x",  # a field of the front matter, and no other spelling of `title`
        "title=x and lang",
        "and title=x",
        "title=x AND lang =  en",
        "title=rock and\troll",
        "title=a and b=c and d",
        "title='a and b'",
    ],
)
def test_what_joins_two_conditions_is_followed_by_a_field(text: str) -> None:
    joined = {"title=x AND lang =  en": 2, "title=a and b=c and d": 2}
    if text == "and title=x":
        with pytest.raises(WhereError):
            parse_where(text)
        return
    where = parse_where(text)
    assert where is not None
    assert len(where.conditions) == joined.get(text, 1)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Zürich.md", "Zu\u0308rich.md"),
        ("Zu\u0308rich.md", "Zürich.md"),
        ("*RÉSUMÉ*", "mon re\u0301sume\u0301.md"),
        ("naïve/*", "nai\u0308ve/a.md"),
        ("が*", "か\u3099.md"),
        ("한국어*", "\u1112\u1161\u11ab국어.md"),
    ],
)
def test_a_letter_and_its_accent_may_be_one_character_or_two(
    asked: str, name: str
) -> None:
    assert matches(f"document={asked}", name=name)
    assert matches(f"title={asked}", title=name)
    assert matches(f"owner={asked}", owner=name)


def test_a_field_may_be_spelled_with_its_accent_apart() -> None:
    where = parse_where("La\u0308nge=x")
    assert where is not None
    where.require_fields(["Länge"])


SHAPES = {
    "spaces": " ",
    "spaces before a word": "title=x" + " " * 1000,
    "ands": "and ",
    "ands and spaces": " and  ",
    "conditions": "a=b and ",
    "an and of many spaces": " and" + " " * 100,
    "equal signs": "=",
    "stars": "title=*a",
    "tabs": "title=x\t",
    "a word": "a",
    "dots": "a.b-",
    "quotes": "'\"",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_long_condition_is_refused_at_once_and_in_few_words(shape: str) -> None:
    text = (shape * (1_000_000 // len(shape) + 1))[:1_000_000] + "x"
    with pytest.raises(WhereError) as error:
        parse_where(text)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_condition_is_read_in_proportion_to_its_length(shape: str) -> None:
    def seconds(length: int) -> float:
        text = (shape * (length // len(shape) + 1))[:length] + "x"
        return min(
            timeit(lambda: suppressed(text), number=1, timer=process_time)
            for _ in range(3)
        )

    # Four times the length: squared, it would take sixteen times as long.
    assert seconds(1_000_000) < 9 * seconds(250_000) + 0.05


def suppressed(text: str) -> None:
    with suppress(WhereError):
        read_conditions(text)


def test_a_pattern_of_many_stars_is_compared_in_no_time() -> None:
    pattern = "document=" + "*a" * 1500 + "*b"
    assert not matches(pattern, name="a" * 1000)
