# ruff: noqa: E501 (samples of other formats read best in one line)
"""Word and PowerPoint: equations, charts, notes; what is left out is told."""

import io
import zipfile
from typing import Any

import pytest

from tests.tools.sources.built import word
from tools.sources.formats.office.slides import convert_slides
from tools.sources.formats.office.word import convert_word

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(text: str, raised: str = "") -> str:
    look = f'<w:rPr><w:vertAlign w:val="{raised}"/></w:rPr>' if raised else ""
    return f"<w:r>{look}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("omml", "text"),
    [
        (
            r("E=m")
            + f"<m:sSup><m:sSupPr><m:ctrlPr/></m:sSupPr><m:e>{r('c')}</m:e><m:sup>{r('2')}</m:sup></m:sSup>",
            "E=mc^2",
        ),
        (f"<m:sSub><m:e>{r('x')}</m:e><m:sub>{r('1')}</m:sub></m:sSub>", "x₁"),
        (f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:rad><m:radPr/><m:deg/><m:e>{r('x')}</m:e></m:rad>", "√(x)"),
        (f"<m:d><m:dPr/><m:e>{r('x')}</m:e></m:d>", "(x)"),
        (r("plain"), "plain"),
    ],
)
@pytest.mark.parametrize(
    "frame",
    ["<m:oMath>{}</m:oMath>", "<m:oMathPara><m:oMath>{}</m:oMath></m:oMathPara>"],
)
def test_an_equation_of_word_is_read_in_its_line(
    omml: str, text: str, frame: str
) -> None:
    body = f"<w:p {M}>{run('Here')}{frame.format(omml)}{run('holds.')}</w:p>"
    found = convert_word(word(body)).text
    assert f"Here {text} holds." in found


def test_what_is_raised_in_word_stays_so() -> None:
    body = f"<w:p>{run('10')}{run('6', 'superscript')}{run(' of CO')}{run('2', 'subscript')}</w:p>"
    assert convert_word(word(body)).text == "10^6 of CO₂\n"


@pytest.mark.parametrize(
    "prose", ["# yum update", "1. one", "- dash", "> x", "[x](y)", "*a*"]
)
def test_prose_of_word_stays_prose(prose: str) -> None:
    shown = prose.replace(">", "&gt;")
    text = convert_word(word(f"<w:p>{run(shown)}</w:p>")).text
    assert text.replace("\\", "").strip() == prose
    assert "\\" in text


TEXT = b"<w:hdr xmlns:w='w'><w:p><w:r><w:t>Confidential</w:t></w:r></w:p></w:hdr>"


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("word/charts/chart1.xml", b"<c/>", ("left out: charts",)),
        ("word/comments.xml", b"<c/>", ("left out: comments",)),
        ("word/header1.xml", TEXT, ("left out: headers and footers",)),
        ("word/header1.xml", b"<w:hdr/>", ()),
        ("word/diagrams/data1.xml", b"<a:t>Step</a:t>", ("left out: SmartArt",)),
        ("word/embeddings/sheet.xlsx", b"PK", ("left out: embedded files",)),
        ("word/media/image1.png", b"x", ()),
    ],
)
def test_what_is_left_out_of_word_is_told(part: str, content: bytes, said: Any) -> None:
    packed = io.BytesIO(word())
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr(part, content)
    assert convert_word(packed.getvalue()).remarks == said


def deck() -> Any:
    from pptx import Presentation

    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Sales"
    return presentation


def text_of(presentation: Any) -> str:
    out = io.BytesIO()
    presentation.save(out)
    return convert_slides(out.getvalue()).text


@pytest.mark.parametrize("kind", ["COLUMN_CLUSTERED", "LINE", "PIE", "BAR_STACKED"])
def test_the_figures_of_a_chart_are_read(kind: str) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData()
    data.categories = ["East", "West"]
    data.add_series("2023", (1.5, None))
    presentation = deck()
    shape = presentation.slides[0].shapes.add_chart(
        XL_CHART_TYPE[kind], 0, 0, 99, 99, data
    )
    shape.chart.has_title = True
    shape.chart.chart_title.text_frame.text = "Revenue"
    text = text_of(presentation)
    assert (
        "Chart: Revenue\n\n|  | 2023 |\n| --- | --- |\n| East | 1.5 |\n| West |  |"
        in text
    )


def test_pictures_and_lines_of_a_slide_say_nothing() -> None:
    presentation = deck()
    presentation.slides[0].shapes.add_connector(1, 0, 0, 9, 9)
    assert text_of(presentation) == "## Slide 1: Sales\n"
