"""Presentations (`.pptx`) by python-pptx: each slide a section, for the citation."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tools.sources.formats.converted import Converted, own_title
from tools.sources.formats.escaping import as_markdown, as_table
from tools.sources.formats.office.left_out import left_out_of_slides
from tools.sources.formats.properties import elements, read_xml

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
    with ZipFile(BytesIO(content)) as package:
        remarks = left_out_of_slides(package)
    return Converted("\n".join(parts), own_title(about.title), metadata, remarks)


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
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart)
    elif not shape.has_text_frame:
        yield from _diagram(shape)
    else:
        lines = [each for each in shape.text_frame.paragraphs if each.text.strip()]
        if len(lines) == 1:
            yield as_markdown(lines[0].text).strip()
        elif lines:
            yield "\n".join(map(_item, lines))


def _chart(chart: Any) -> Iterator[str]:
    """Yield the title and the figures of a chart, a row for each category."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield f"Chart: {as_markdown(chart.chart_title.text_frame.text).strip()}"
    for plot in chart.plots:
        series = list(plot.series)
        values = [list(each.values) for each in series]
        labels = [str(each) for each in plot.categories]
        rows = [("", *(each.name or "" for each in series))]
        longest = max(map(len, values), default=0)
        for at in range(longest):
            label = labels[at] if at < len(labels) else f"point {at + 1}"
            rows.append((label, *(_figure(each, at) for each in values)))
        if longest:
            yield "\n".join(as_table(rows))


def _figure(values: list[float | None], at: int) -> str:
    value = values[at] if at < len(values) else None
    return "" if value is None else f"{value:.15g}"


def _diagram(shape: Any) -> Iterator[str]:
    """Yield the texts of SmartArt, which lie in a part of their own."""
    for link in shape.element.iter("{*}relIds"):
        of = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
        part = shape.part.related_part(link.get(of))
        points = elements(read_xml(part.blob), "t")
        lines = [f"- {' '.join((each.text or '').split())}" for each in points]
        if lines:
            yield "\n".join(lines)


def _item(paragraph: Any) -> str:
    return f"{'  ' * paragraph.level}- {' '.join(paragraph.text.split())}"
