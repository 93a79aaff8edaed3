# ruff: noqa: E501 (samples of other formats read best in one line)
"""HTML as Markdown: exponents, text that looks like Markdown, what is no text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.sources.formats.web.html import convert_html, read_page
from tools.text.markdown import read_blocks


def text_of(html: str) -> str:
    return read_page(html).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("10<sup>6</sup> vectors", "10^6 vectors"),
        ("10<sup>-6</sup> m", "10^-6 m"),
        ("10<sup>−6</sup> m", "10^-6 m"),
        ("10<SUP><b>6</b></SUP>", "10^(**6**)"),
        ("10<sup>6</sup>7", "10^(6)7"),
        ("m<sup>2</sup>", "m^2"),
        ("e<sup>x+1</sup>", "e^(x+1)"),
        ("2<sup>2<sup>n</sup></sup>", "2^(2^n)"),
        ("Ca<sup>2+</sup>", "Ca^2+"),
        ("CO<sub>2</sub>", "CO₂"),
        ("H<sub>2</sub>SO<sub>4</sub>", "H₂SO₄"),
        ("x<sub>i</sub>", "xᵢ"),
        ("x<sub>max</sub>", "x_(max)"),
        ("1<sup>st</sup> of May, 22<sup>nd</sup>", "1st of May, 22nd"),
        ("3<sup>e</sup> X, 2<sup>ème</sup>", "3^e X, 2ème"),
        ("Lamp<sup>TM</sup> and Oak<sup>®</sup>", "Lamp™ and Oak®"),
        ("3<sup>1</sup>/<sub>2</sub> cups", "3 1/2 cups"),
        ("<code>x<sup>2</sup></code>", "`x^2`"),
        ("<pre>x = 10<sup>6</sup></pre>", "```\nx = 10^6\n```"),
        ("10<sup><span>6</span></sup>", "10^6"),
        ("a<sup></sup>b<sub> </sub>c", "abc"),
    ],
)
def test_what_is_raised_or_lowered_stays_so(html: str, text: str) -> None:
    assert text_of(f"<p>{html}</p>") == text


@pytest.mark.parametrize(
    "html",
    [
        '10<sup><a href="#n">6</a></sup>',
        '10<a href="#n"><sup>6</sup></a>',
        '10<sup class="reference"><a href="#n">[6]</a></sup>',
        '10<sup id="r"><a role="doc-noteref" href="notes.html#n">6</a></sup>',
    ],
)
def test_the_mark_of_a_note_is_no_exponent_and_no_digit(html: str) -> None:
    text = text_of(f"<p>{html} lamps</p>")
    assert "^" not in text
    assert text.startswith(("10[\\[6\\]](", "10[[6]]("))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<msup><mn>10</mn><mn>6</mn></msup>", "10^6"),
        ("<msub><mi>x</mi><mn>1</mn></msub>", "x₁"),
        ("<mfrac><mn>1</mn><mi>n</mi></mfrac>", "1/n"),
        ("<msqrt><mi>x</mi></msqrt>", "√(x)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "^3√(x)"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "xᵢ^2"),
        ("<mi>y</mi><mo>=</mo><mi>x</mi><annotation>tex</annotation>", "y = x"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mi>k</mi>", "x^2 k"),
    ],
)
def test_formulas_of_mathml_are_read_in_a_line(html: str, text: str) -> None:
    assert text_of(f"<p><math>{html}</math></p>") == text


PROSE = [
    "# yum update", "## b", "###### c", "#", "- dash", "-", "+ plus", "* star", "1. one",
    "12) two", "> quote", "---", "- - -", "***", "___", "===", "=", "~~~", "```", "```sh",
    "|---|---|", "--- | ---", ":--", "[x]: http://e.org", "[x](y)", "![x](y)", "[x][y]",
    "*a*", "_b_", "__c__", "**d**", "`code`", "<b>", "</div>", "<!-- x", "<?php", "&lt;",
    "&#35;", "\\*", "    four spaces", "a\\", "http://e.org <http://e.org>",
]  # fmt: skip


@pytest.mark.parametrize("prose", PROSE)
@pytest.mark.parametrize("template", ["<p>{}</p>", "<div>before<br>{}<br>after</div>"])
def test_text_that_looks_like_markdown_stays_text(prose: str, template: str) -> None:
    from markdown_it import MarkdownIt

    shown = prose.replace("&", "&amp;").replace("<", "&lt;")
    text = text_of("<h1>Setup</h1>" + template.format(shown) + "<p>Then wait.</p>")
    kinds = [(block.level, block.heading) for block in read_blocks(text)]
    assert kinds == [(1, "Setup"), (0, ""), (0, "")]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    kinds_within = {child.type for token in tokens for child in token.children or []}
    assert kinds_within <= {"text", "softbreak", "text_special"}
    said = "".join(child.content or "\n" for child in tokens[4].children or [])
    assert " ".join(prose.split()) in said.replace("\n", " ") or prose.strip() in said


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="#-+*_`<>[]()!|\\&;: 1.a\n=~", max_size=40))
def test_no_text_of_a_paragraph_makes_structure(prose: str) -> None:
    shown = prose.replace("&", "&amp;").replace("<", "&lt;")
    text = text_of(f"<h1>One</h1><p>x{shown}</p><p>{shown}</p><h1>Two</h1>")
    headings = [each.heading for each in read_blocks(text) if each.level]
    assert headings == ["One", "Two"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<?xml version="1.0" encoding="utf-8"?><p>a</p>', "a"),
        ("<p>a<?xml-stylesheet href='x'?>b</p>", "ab"),
        ('<p>a</p><?php echo "x > y"; ?><p>b</p>', "a\n\nb"),
        ("<?php unclosed", ""),
        ("<p>a<![CDATA[x < y > z]]>b</p>", "ax < y > zb"),
        ("<p>a</p><![CDATA[unclosed", "a"),
        ("<script>//<![CDATA[\nf('<p>no</p>')\n//]]></script><p>a</p>", "a"),
        ("<!--[if IE]><p>no</p><![endif]--><p>a</p>", "a"),
        ("<![if !IE]><p>a</p><![endif]>", "a"),
        ("<!-- <p>no --><p>a</p>", "a"),
        ("<p>hello</p><![<![<![", "hello"),
        ("<!DOCTYPE html [<!ENTITY x 'y'>]><p>a &x;</p>", "a &x;"),
        ("<style>p { x: 1 }</style><template>t</template><p>a</p>", "a"),
        ("<title>T</title><svg><title>U</title></svg><p>a</p>", "a"),
    ],
)
def test_what_directs_programs_is_no_text(html: str, text: str) -> None:
    assert text_of(html).replace("\\&", "&").replace(" ]>", "").endswith(text)
    assert "CDATA" not in text_of(html) or "unclosed" in html
    assert "no" not in text_of(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ("<ol start=3><li>a<li value=7>b<li>c</ol>", "3. a\n7. b\n8. c"),
        ("<ul><li><p>a<p>b</ul>", "- a\n\n  b"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("<p>a<br>b", "a\nb"),
        ("<h2>C #</h2>", "## C \\#"),
        ("<h2>T<a href='#t'>¶</a></h2>", "## T"),
        ("<p><a href='a b.html'>x</a></p>", "[x](a%20b.html)"),
        ("<p><a href='javascript:f()'>x</a></p>", "x"),
        ("<a href='/x'><h3>T</h3><p>y</p></a>", "### [T](/x)\n\n[y](/x)"),
        ("<p>a<b> c </b>d", "a **c** d"),
        ("<b><p>x</b>y</p>", "xy"),
        ("<dl><dt>t<dd>d</dl>", "t\n\nd"),
        ("<p>a<q>b</q>", 'a"b"'),
        ("<pre>a\n  ```\nb</pre>", "````\na\n  ```\nb\n````"),
    ],
)
def test_structure_is_kept(html: str, text: str) -> None:
    assert text_of(html) == text


def test_tables_keep_their_columns_and_layouts_are_none() -> None:
    data = "<table><tr><th>a<th>b<tr><td rowspan=2>N<td>1<tr><td>2|3</table>"
    assert text_of(data) == "| a | b |\n| --- | --- |\n| N | 1 |\n| N | 2\\|3 |"
    layout = (
        "<table><tr><td>nav<td><h1>T</h1><p>x<table><tr><td>1<tr><td>2</table></table>"
    )
    assert text_of(layout) == "nav\n\n# T\n\nx\n\n| 1 |\n| --- |\n| 2 |"


def test_a_heading_of_a_page_is_its_title_without_marks() -> None:
    page = convert_html(b"<title>Tab</title><h2>The <b>red</b> 10<sup>6</sup></h2>x")
    assert page.title == "The red 10^6"
    assert convert_html(b"<title>Tab &amp; x</title><p>x").title == "Tab & x"


def test_xhtml_under_any_prefix_is_read() -> None:
    page = (
        '<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>T</h:title>'
        "</h:head><h:body><h:h1>One</h:h1><h:p>a<h:br/>10<h:sup>6</h:sup></h:p>"
        "</h:body></h:html>"
    )
    assert read_page(page).text == "# One\n\na\n10^6"
    assert read_page(page).title == "T"


SHAPES = [
    "<a ", " ", "<p>a" + " " * 9, "<div>", "<b>x", "<p><b>x", "<ul><li>x", "<ol><li>x",
    "<li>x</li>", "<img>", "<table><tr><td>", "<tr><td rowspan=99 colspan=99>x", "<![<![",
    "<", "&amp;", "<!--", "<!-- x -->", '<a href="', "</b>", "<blockquote>x<p>",
    "<sup>1", "<pre><sup>x", "<math><mrow>x", "<![CDATA[", "<?php", "`", "_", "*", "]",
    "[", "-", "- ", "|-", "\\", "\n# ", "<br>- ", "<h1>#", "<b><p>x</b>", "^(1)/₂",
    "<td colspan=1000>", "<font color=1><p>", "<thead><tr>", "<a href=x><p>x",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_takes_the_time_of_its_length(shape: str) -> None:
    def seconds(size: int) -> float:
        page = (shape * (size // len(shape) + 1))[:size]
        start = time.process_time()
        text = read_page(page).text
        assert len(text) < 60 * size
        return time.process_time() - start

    sizes = (60_000, 120_000)
    best = [min(seconds(size) for _ in range(3)) for size in sizes]
    assert best[1] < 3 * best[0] + 0.05


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([
            "<p>", "</p>", "<b>", "</b>", "<table>", "<tr>", "<td>", "</td>", "</table>",
            "<ul>", "<li>", "</ul>", "<pre>", "</pre>", "<sup>", "</sup>", "<a href=x>",
            "</a>", "<h1>", "</h1>", "<math>", "<msup>", "</math>", "<title>", "</title>",
            "<blockquote>", "</blockquote>", "x", " ", "\n", "<br>", "<code>", "</code>",
            "<script>", "</script>", "&amp;", "<", ">", "<!--", "-->", "<caption>", "<th>",
        ]),
        max_size=30,
    )
)  # fmt: skip
def test_no_order_of_elements_stops_the_reading(parts: list[str]) -> None:
    read_page("".join(parts))
