"""Properties of the normal form, and of the way a quote is found through it."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tools.grounding.wording.folding import bones, normalise
from tools.grounding.wording.layout import Layout
from tools.grounding.wording.quotes import _find_in, find_quote

# fmt: off
PIECES = [
    "The", "lamp", "weighs", "3.5", "kg", "65,536", "naïve", "nai\u0308ve", "“arm”",
    "doesn't", "120–140", "*bend*", "**red**", "`on()`", "`x_1`", "a*b", "~30", "—",
    "数据库支持索引", "データ。", "が", "か\u3099く", "한국어", "(oak)", "#", "|",
    "a/b", "->",
    "7", "ends.", "Größe", "ﬁne", "ＨＮＳＷ", "10⁶", "½", "C:\\dir", "a\\_b", "x[0]",
    "{'k': 1}", "&amp;", "&lt;b&gt;", "soft\u00adhyphen", "zero\u200bwidth", "ไทย",
    "العربية", "e\u0301te\u0301", "עִבְרִית", "हिन्दी", "🙂", "₿", "Ⅻ", "[text](a.md)",
    "- ", "1. ", "> ", "## ", "\\*", "__init__", "ΣΊΣΥΦΟΣ", "İstanbul", "straße",
]
# fmt: on
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "  ", "\t", "\u00a0", "\u3000"])
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
WORDS = st.lists(st.sampled_from(PIECES) | ANY, min_size=3, max_size=20)
USUAL = [
    "document", "library", "searches", "passages", "keeps", "answering", "vectors",
    "Größenordnung", "индексация", "naïveté", "3.5", "1,024",
]  # fmt: skip
PLAIN_WORDS = st.lists(st.sampled_from(USUAL), min_size=4, max_size=16)


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """Words and the space after each."""
    words = draw(WORDS)
    gaps = draw(st.lists(GAPS, min_size=len(words), max_size=len(words)))
    return [word + gap for word, gap in zip(words, gaps, strict=True)]


def letters(text: str) -> str:
    """The letters and digits of a text, found in another way than the checker's."""
    folded = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold()
    )
    return "".join(filter(str.isalnum, folded))


def found_in(quote: str, text: str) -> list[str]:
    return [text[start:end] for start, end in find_quote(quote, text)]


@given(texts())
def test_normalising_twice_is_normalising_once(parts: list[str]) -> None:
    once = normalise("".join(parts), Layout.PLAIN).text
    assert normalise(once, Layout.PLAIN).text == once


@given(texts(), st.sampled_from(Layout))
def test_each_character_knows_where_it_came_from(
    parts: list[str], reading: Layout
) -> None:
    text = "".join(parts)
    normal = normalise(text, reading)
    assert len(normal.text) == len(normal.offsets)
    assert list(normal.offsets) == sorted(normal.offsets)
    for sign, offset in zip(normal.text, normal.offsets, strict=True):
        if sign.isalnum():
            assert letters(sign) in letters(text[offset : offset + 8])


@pytest.mark.parametrize("entity", ["&amp;", "&lt;b&gt;", "&amp;lt;", "&nbsp;"])
def test_an_excerpt_ends_with_its_whole_entity(entity: str) -> None:
    quote = f"The tables {entity}".strip()
    assert found_in(quote, f"{quote} chairs.") == [quote.removesuffix("&nbsp;").strip()]


@given(texts(), st.data())
def test_a_quote_cut_from_any_text_is_found_and_given_back(
    parts: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(parts) - 2))
    last = data.draw(st.integers(first + 1, len(parts)))
    text, quote = "".join(parts), "".join(parts[first:last])
    said = normalise(quote, Layout.PLAIN).text
    assume(len(said) >= 8)
    assert any(
        normalise(excerpt, Layout.PLAIN).text == said
        for excerpt in found_in(quote, text)
    )


@given(texts(), st.data())
def test_a_changed_letter_or_digit_is_never_found(
    parts: list[str], data: st.DataObject
) -> None:
    text = "".join(parts)
    places = [at for at, sign in enumerate(text) if sign.isalnum()]
    assume(places)
    at = data.draw(st.sampled_from(places))
    changed = text[:at] + data.draw(st.sampled_from("aeqz0579本の")) + text[at + 1 :]
    assume(letters(changed) not in letters(text))
    assert found_in(changed, text) == []


@given(texts(), texts(), st.sampled_from(Layout))
def test_the_quick_look_passes_over_nothing(
    parts: list[str], others: list[str], reading: Layout
) -> None:
    text, quote = "".join(parts), "".join(parts[1:-1] or others)
    own = min(reading, Layout.MARKED)
    if any(_find_in([quote], own, text, reading)):
        assert bones(quote, own) in bones(text, reading)


@given(PLAIN_WORDS, st.data())
@example(["library", "document", "keeps", "vectors"], None)
def test_a_word_that_a_line_end_parts_is_one_word(
    words: list[str], data: st.DataObject | None
) -> None:
    long = [at for at, word in enumerate(words) if word.isalpha() and len(word) > 4]
    assume(long)
    at = data.draw(st.sampled_from(long)) if data else long[0]
    cut = data.draw(st.integers(2, len(words[at]) - 2)) if data else 3
    sign = (
        data.draw(st.sampled_from(["-\n", "-\n  ", "\u00ad\n", "‐\n"]))
        if data
        else "-\n"
    )
    parted = [*words]
    parted[at] = words[at][:cut] + sign + words[at][cut:]
    whole, broken = " ".join(words), " ".join(parted)
    assert broken in found_in(whole, broken)
    assert whole in found_in(broken, whole)
    assert broken in found_in(broken, broken)


@given(PLAIN_WORDS, st.data())
def test_an_ellipsis_stands_for_words_between(
    words: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, len(words) - 2))
    second = data.draw(st.integers(first + 1, len(words) - 1))
    sign = data.draw(st.sampled_from([" … ", " ... ", "... ", "…"]))
    parts = [" ".join(words[:first]), " ".join(words[second:])]
    assume(min(map(len, parts)) >= 4)
    text = " ".join(words)
    excerpts = found_in(sign.join(parts), text)
    assert excerpts
    for each in excerpts:
        assert each.startswith(parts[0])
        assert each.endswith(parts[1])
    assume(letters(parts[1] + parts[0]) not in letters(text))
    for each in found_in(sign.join(reversed(parts)), text):
        assert each.startswith(parts[1])


@given(
    st.lists(st.lists(PLAIN_WORDS.map(" ".join), min_size=2, max_size=3), max_size=4)
)
def test_the_cells_of_a_row_are_found_without_their_bars(rows: list[list[str]]) -> None:
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in [["a", "b"], *rows])
    for cells in rows:
        assert any(" ".join(cells) == " ".join(each.replace("|", " ").split())
                   for each in found_in(" ".join(cells), table))  # fmt: skip


@given(
    st.text("数据库支持多种索引类型のはがデータ、。", min_size=5, max_size=30),
    st.data(),
)
def test_a_line_end_in_chinese_or_japanese_is_no_space(
    text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(text) - 1))
    wrapped = f"{text[:at]}\n{text[at:]}"
    assert wrapped in found_in(text, wrapped)
    assert text in found_in(wrapped, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("a well-known document", "a well-\nknown docu-\nment"),
        ("a well-known document", "> a well-\n> known docu-\n> ment"),
        ("see the guide for more", "see [the guide](a/b.md) for more"),
        ("see [the guide](a/b.md) for more", "see [the guide](a/b.md) for more"),
        ("see the guide", "see ![the guide](a.png)"),
        ("see more here", "[[see more here]](http://a.b/c)"),
        ("first row second row", "first row<br><br>second row"),
        ("Tom & Jerry ran <b>", "Tom &amp; Jerry ran &lt;b&gt;"),
        ("use a_b in the file", "use a\\_b in the file"),
        ("run code in the shell", "run code in the\n\n```sh\nshell\n```"),
        ("first step second step", "1. first step\n2. second step"),
        ("1. first step", "1. first step\n2. second step"),
        ("create(...) it returns", "call create(...) it returns a client"),
        ("数据库（HNSW）索引", "数据库 (HNSW) 索引"),
    ],
)
def test_what_is_layout_may_be_left_out(quote: str, text: str) -> None:
    assert found_in(quote, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the years 20202021 were", "the years 2020-\n2021 were"),
        ("see [the guide](http://evil/) now", "see [the guide](a/b.md) now"),
        ("3. first step to take", "1. first step to take"),
        ("the area is 10m wide", "the area is 10<sup>m</sup> wide"),
        ("copy it to s3:///key now", "copy it to s3://<bucket>/key now"),
        ("the re sign was late", "the resign was late"),
        ("a wellknown document", "a well-known document"),
    ],
)
def test_what_says_something_may_not(quote: str, text: str) -> None:
    assert not found_in(quote, text)
