import re

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import given
from hypothesis import strategies as st

from tools.text.restructured import read_rst_blocks, rst_title

GUIDE = """=====
Lamps
=====

Intro.

.. code-block:: python

   x = 1

   ====
   no
   ====

:mod:`arms` and `shades <x>`_
-----------------------------

Text
of two lines.

Long *arms*
~~~~~~~~~~~
* a

Next
----
text
"""


def docutils_titles(text: str) -> list[int]:
    settings = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 6,
        "_disable_config": True,
        "doctitle_xform": False,
    }
    tree = publish_doctree(text, settings_overrides=settings)
    return [each.line - 1 for each in tree.findall(nodes.section)]


def our_titles(text: str) -> list[int]:
    lines = text.split("\n")
    return [
        each.start + (2 if re.fullmatch(r"\W+", lines[each.start]) else 1)
        for each in read_rst_blocks(text)
        if each.level
    ]


def test_titles_are_those_that_docutils_finds() -> None:
    assert our_titles(GUIDE) == docutils_titles(GUIDE)


def test_titles_have_levels_and_words_without_marks() -> None:
    found = [(b.level, b.heading) for b in read_rst_blocks(GUIDE) if b.level]
    assert found == [
        (1, "Lamps"),
        (2, "arms and shades"),
        (3, "Long arms"),
        (2, "Next"),
    ]
    assert rst_title(GUIDE) == "Lamps"


def test_a_directive_is_kept_with_all_that_is_indented_below_it() -> None:
    code = next(b for b in read_rst_blocks(GUIDE) if b.start == 6)
    assert code.end == 14
    assert code.inner == ((8, 10),)


@pytest.mark.parametrize(
    "text",
    ["", "a\n", "---\n", "a\n\n----\n\nb\n", "a b c\n--\n", "+--+\n|a |\n+--+\n"],
)
def test_what_is_no_title_is_none(text: str) -> None:
    assert rst_title(text) is None
    assert docutils_titles(text) == []


LINES = st.sampled_from(
    ["", "", "words", "=====", "-----", "  indented", ".. note::", "* a"]
)


@given(st.lists(LINES, max_size=20))
def test_blocks_cover_every_line_with_text_once(lines: list[str]) -> None:
    blocks = read_rst_blocks("\n".join(lines))
    covered = [n for each in blocks for n in range(each.start, each.end)]
    assert covered == sorted(set(covered))
    assert {n for n, line in enumerate(lines) if line.strip()} <= set(covered)
