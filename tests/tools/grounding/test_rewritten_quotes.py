"""Properties of a quote that is written in another form than its source."""

import re
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tools.grounding.checking import check, evidence_of
from tools.evidence.evidence import Evidence, Source
from tools.grounding.citation import Verdict
from tools.grounding.verdicts import verify_citation

# fmt: off
TOKENS = st.sampled_from([
    "The", "lamp", "weighs", "3.5", "kg", "65,536", "naïve", "“arm”", "doesn't",
    "120–140", "*bend*", "**red**", "`on()`", "e.g.", "table", "—", "数据库",
    "データ。", "(oak)", "x_y", "#", ">", "|", "a/b", "7", "ends.", "Größe", "дом",
    "ﬁne",
])
# fmt: on
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "\n- ", "  ", "\t"])
SPACES = st.sampled_from([" ", "  ", "\n", "\t", " \n ", "\u00a0", "\u3000"])
SIGNS = {
    "'": "’‘'",
    "’": "'",
    "“": '"„“',
    "”": '"”',
    "–": "-–—",
    "—": "-—–",
    "-": "-‐‑",
}
CASES: list[Callable[[str], str]] = [str, str.upper, str.lower, str.title]
EMPHASIS = st.sampled_from(["{}", "*{}*", "**{}**", "_{}_", "`{}`", "~~{}~~"])


@st.composite
def quoted(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and some of its words as they stand there."""
    words = draw(st.lists(TOKENS, min_size=4, max_size=30))
    gaps = draw(st.lists(GAPS, min_size=len(words) - 1, max_size=len(words) - 1))
    first = draw(st.integers(0, len(words) - 3))
    last = draw(st.integers(first + 2, len(words) - 1))
    parts = [word + gap for word, gap in zip(words, [*gaps, ""], strict=True)]
    return "".join(parts), "".join(parts[first:last]) + words[last]


def words_of(text: str) -> str:
    return "".join(re.findall(r"\w", text))


@st.composite
def rewritten(draw: st.DrawFn, quote: str) -> str:
    """The quote with other white space, case, signs and emphasis."""
    quote = "".join(
        draw(st.sampled_from(SIGNS[sign])) if sign in SIGNS else sign for sign in quote
    )
    words = []
    for word in quote.split():
        case = draw(st.sampled_from(CASES))
        words.append(draw(EMPHASIS).format(case(word) if word.isascii() else word))
    return "".join(word + draw(SPACES) for word in words)


@given(quoted(), st.data())
def test_a_quote_in_another_form_is_exact_and_names_the_same_lines(
    pair: tuple[str, str], data: st.DataObject
) -> None:
    text, quote = pair
    assume(len(words_of(quote)) >= 8)
    plain = check(quote, text)
    changed = check(data.draw(rewritten(quote)), text)
    assert plain.verdict == Verdict.EXACT
    assert changed == plain


@given(quoted(), st.integers(1, 500))
def test_an_excerpt_is_text_of_the_document_and_its_lines_are_right(
    pair: tuple[str, str], start_line: int
) -> None:
    text, quote = pair
    assume(len(words_of(quote)) >= 8)
    evidence = evidence_of(text, start_line=start_line)
    found = verify_citation(quote, 1, evidence)
    source = evidence.get(1)
    assert source is not None
    assert found.start_line is not None
    assert found.end_line is not None
    assert found.excerpt in source.text
    assert words_of(found.excerpt) == words_of(quote)
    rows = source.text.split("\n")
    named = rows[found.start_line - start_line : found.end_line - start_line + 1]
    assert len(found.excerpt.split("\n")) == len(named)
    assert found.excerpt in "\n".join(named)


@given(st.text(max_size=60), st.text(min_size=1, max_size=200))
def test_whatever_is_claimed_the_excerpt_is_the_documents_own(
    claim: str, text: str
) -> None:
    source = Source(
        id=1,
        document="a",
        title="",
        heading="",
        start_line=1,
        end_line=1 + text.count("\n"),
        text=text,
    )
    found = verify_citation(claim, 1, Evidence([source]))
    assert found.excerpt in text
    assert found.start_line is not None
    assert found.end_line is not None
    assert 1 <= found.start_line <= found.end_line <= source.end_line
