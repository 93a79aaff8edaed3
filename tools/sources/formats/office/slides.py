"""Presentations (`.pptx`) by python-pptx: each slide a section, for the citation."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from tools.sources.formats.converted import Converted, own_title
from tools.sources.formats.escaping import as_markdown, as_table

__all__ = ["convert_slides"]


def convert_slides(content: bytes) -> Converted:
    """Return a presentation with a heading for each slide: its number and its title."""
    from pptx import Presentation

    presentation = Presentation(BytesIO(content))
    parts = [
        _slide(number, slide) for number, slide in enumerate(presentation.slides, 1)
    ]
    about = presentation.core_properties
    author = " ".join((about.author or "").split())[:500]
    metadata = {"author": author} if author else {}
    return Converted("\n".join(parts), own_title(about.title), metadata)


def _slide(number: int, slide: Any) -> str:
    title = slide.shapes.title
    name = " ".join(title.text_frame.text.split()) if title is not None else ""
    blocks = [f"## Slide {number}{': ' if name else ''}{name}"]
    taken = title.shape_id if title is not None else None
    blocks += [
        block
        for shape in slide.shapes
        if shape.shape_id != taken
        for block in _of(shape)
    ]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = as_markdown(slide.notes_slide.notes_text_frame.text).strip()
        blocks += [f"Notes: {notes}"] if notes else []
    return "\n\n".join(blocks) + "\n"


def _of(shape: Any) -> Iterator[str]:
    """Yield the blocks of Markdown that a shape, or a group of shapes, holds."""
    if hasattr(shape, "shapes"):
        for inner in shape.shapes:
            yield from _of(inner)
    elif getattr(shape, "has_table", False):
        rows = shape.table.rows
        yield "\n".join(as_table(tuple(c.text for c in row.cells) for row in rows))
    elif shape.has_text_frame:
        lines = [each for each in shape.text_frame.paragraphs if each.text.strip()]
        if len(lines) == 1:
            yield as_markdown(lines[0].text).strip()
        elif lines:
            yield "\n".join(map(_item, lines))


def _item(paragraph: Any) -> str:
    return f"{'  ' * paragraph.level}- {' '.join(paragraph.text.split())}"
