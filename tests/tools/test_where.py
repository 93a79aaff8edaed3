import pytest

from tools.errors import ToolError
from tools.where import Where, parse_where


def matches(text: str, name: str = "", title: str = "") -> bool:
    where = parse_where(text)
    assert where is not None
    return where.matches(name, title)


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_nothing_or_blank_is_no_restriction(text: str | None) -> None:
    assert parse_where(text) is None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("document=faq/*", Where("document", "faq/*")),
        ("title=*index*", Where("title", "*index*")),
        ("  title = Vector index  ", Where("title", "Vector index")),
        ('document="a b.md"', Where("document", "a b.md")),
        ("document='a.md'", Where("document", "a.md")),
        ("title=a=b", Where("title", "a=b")),
    ],
)
def test_a_restriction_names_a_field_and_a_pattern(text: str, where: Where) -> None:
    assert parse_where(text) == where


@pytest.mark.parametrize(
    "text", ["faq/*", "document", "document=", "title =  ", "owner=x", "id >= 0"]
)
def test_another_form_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(ToolError, match=r"document=PATTERN or title=PATTERN"):
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
