"""Outputs of notebooks: what they say in whatever form."""

import json
from typing import Any

import pytest

from tools.sources.formats.web.notebook import convert_notebook


def text_of(data: dict[str, Any], kind: str = "display_data") -> str:
    output = {"output_type": kind, "data": data, "metadata": {}}
    cell = {"cell_type": "code", "source": "show()", "outputs": [output]}
    return convert_notebook(json.dumps({"cells": [cell], "metadata": {}}).encode()).text


NAMED = "<IPython.core.display.Markdown object>"


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text/markdown": "The **gizmo** is lilac."}, "The **gizmo** is lilac."),
        ({"text/markdown": ["The ", "gizmo"]}, "The gizmo"),
        ({"text/markdown": "lilac", "text/plain": NAMED}, "lilac"),
        ({"text/markdown": "lilac", "text/plain": [NAMED]}, "lilac"),
        ({"text/html": "<p>10<sup>6</sup></p>"}, "10^6"),
        (
            {"text/html": "<b>x</b>", "text/plain": NAMED.replace("Markdown", "HTML")},
            "**x**",
        ),
        ({"text/html": "<table><tr><td>a<tr><td>b</table>"}, "| a |"),
        ({"text/latex": "$$x^2$$"}, "$$x^2$$"),
        (
            {"text/latex": "$x$", "text/plain": "<IPython.core.display.Latex object>"},
            "$x$",
        ),
        ({"text/plain": "   a  b\n0  1  2", "text/html": "<table>"}, "0  1  2"),
        ({"text/plain": "<Figure size 640x480 with 1 Axes>"}, "640x480"),
        ({"text/plain": "<__main__.Lamp at 0x7f00>"}, "Lamp"),
        ({"image/png": "aaaa", "text/markdown": "caption"}, "caption"),
    ],
)
def test_an_output_is_kept_in_the_form_that_it_has(
    data: dict[str, Any], said: str, kind: str
) -> None:
    assert said in text_of(data, kind)


@pytest.mark.parametrize(
    "data", [{}, {"image/png": "aaaa"}, {"text/html": "<p> "}, None]
)
def test_an_output_that_says_nothing_is_none(data: Any) -> None:
    assert "Output" not in text_of(data)
