"""Jupyter notebooks (`.ipynb`), which are JSON: text, code, and outputs in short."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.escaping import fenced
from tools.sources.formats.web.html import read_page
from tools.text.markdown import read_front_matter

__all__ = ["convert_notebook"]

_MAX_OUTPUT_LINES = 20
_MAX_OUTPUT = 2000
"""Characters of all outputs of one cell: a plot's data and a log say little."""
_NAMED = re.compile(r"<[\w.]+( object)?( at 0x[0-9a-f]+)?>")
"""What Python shows of an object that has other forms: a `Markdown`, an `HTML`."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def convert_notebook(content: bytes) -> Converted:
    """Return a notebook: Markdown as it stands, code and outputs fenced and numbered.

    Raises:
        RefusalError: it is no notebook of format 4 (2015) or newer.
    """
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RefusalError("not a notebook: no JSON") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise RefusalError('not a notebook: no "cells" (a format before 4 has none)')
    language = _language(notebook.get("metadata"))
    blocks = [
        block
        for number, cell in enumerate(cells, 1)
        if isinstance(cell, dict)
        for block in _blocks(cell, number, language)
    ]
    text = "\n\n".join(blocks) + "\n"
    return Converted(text, read_front_matter(text).title or "")


def _language(metadata: object) -> str:
    for place in ("kernelspec", "language_info"):
        about = metadata.get(place) if isinstance(metadata, dict) else None
        name = (
            about.get("language", about.get("name")) if isinstance(about, dict) else ""
        )
        if isinstance(name, str) and re.fullmatch(r"[\w+#.-]{1,30}", name):
            return name
    return ""


def _blocks(cell: dict[str, Any], number: int, language: str) -> Iterator[str]:
    source = _joined(cell.get("source")).strip("\n")
    if not source.strip():
        return
    if cell.get("cell_type") != "code":
        yield source if cell.get("cell_type") == "markdown" else fenced(source)
        return
    yield f"Cell {number}:\n\n{fenced(source, language)}"
    output = _shortened("\n".join(_outputs(cell.get("outputs"))))
    if output.strip():
        yield f"Output of cell {number}:\n\n{fenced(output)}"


def _outputs(outputs: object) -> Iterator[str]:
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        text = _joined(output.get("text")) or _shown(output.get("data"))
        if output.get("output_type") == "error":
            text = f"{output.get('ename')}: {output.get('evalue')}"
        if text.strip():
            yield _COLOUR.sub("", text).strip("\n")


def _shown(data: object) -> str:
    """Return what an output says; its name in Python says nothing of it."""
    if not isinstance(data, dict):
        return ""
    plain = _joined(data.get("text/plain"))
    if plain.strip() and not _NAMED.fullmatch(plain.strip()):
        return plain
    if page := _joined(data.get("text/html")):
        page = read_page(page).text
    markdown, latex = (
        _joined(data.get("text/markdown")),
        _joined(data.get("text/latex")),
    )
    return markdown or page or latex or plain


def _shortened(text: str) -> str:
    lines = text[:_MAX_OUTPUT].split("\n")
    if len(text) <= _MAX_OUTPUT and len(lines) <= _MAX_OUTPUT_LINES:
        return text
    return "\n".join([*lines[:_MAX_OUTPUT_LINES], "…"])


def _joined(source: object) -> str:
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.replace("\r\n", "\n").replace("\r", "\n")
