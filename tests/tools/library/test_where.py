import pytest

from tools.errors import WhereError
from tools.library.where import Condition, Where, parse_where


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
