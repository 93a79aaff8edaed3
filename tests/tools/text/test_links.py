# ruff: noqa: E501 (samples of other formats read best in one line)
import pytest

from tools.text.links import links_between

NAMES = {
    "a.md", "faq/b.md", "faq/c.md", "guide/index.md", "x.rst", "host.org/docs/page.html",
    "host.org/docs/other.html",
}  # fmt: skip


@pytest.mark.parametrize(
    ("document", "line", "found"),
    [
        ("faq/b.md", "see [a](../a.md#part) and [c](c.md?x=1)", ["a.md", "faq/c.md"]),
        ("faq/b.md", "[ref]: ./c.md", ["faq/c.md"]),
        ("a.md", '<a href="faq/b.md">b</a> [b](faq/b.md)', ["faq/b.md"]),
        ("a.md", "[site](/faq/b) [html](faq/c.html) [dir](guide/)", ["faq/b.md", "faq/c.md", "guide/index.md"]),
        ("a.md", "[x](../../a.md) [y](/etc/passwd) [z](mailto:a@b.c) [s](a.md)", []),
        ("a.md", "![image](faq/b.md) [bad](http://[::1)", []),
        ("a.md", "[p](https://host.org/docs/page)", ["host.org/docs/page.html"]),
        ("host.org/docs/page.html", "[o](other.html) [p](/docs/other)", ["host.org/docs/other.html"]),
        ("x.rst", "`a <a.md>`_ and :doc:`faq/b`", ["a.md", "faq/b.md"]),
        ("x.rst", "   faq/c", ["faq/c.md"]),
        ("x.rst", ".. _t: a.md", ["a.md"]),
    ],
)  # fmt: skip
def test_links_lead_to_documents_of_the_library(
    document: str, line: str, found: list[str]
) -> None:
    assert links_between(document, [line], NAMES) == found
