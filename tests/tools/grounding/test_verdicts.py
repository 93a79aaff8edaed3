"""How a citation stands to its source: the verdicts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.grounding.checking import LAMPS, TABLES, check, evidence_of
from tools.grounding.citation import Verdict
from tools.grounding.verdicts import Verified, verify_citation

CHINESE = (
    "# 数据库\n\n向量数据库用于存储和检索向量。\n它支持多种索引类型，例如 HNSW。\n"
)
JAPANESE = (
    "# データ\n\nこのデータベースはベクトルを保存します。\n索引は「HNSW」です。\n"
)


# --- verdicts


def test_a_quote_that_stands_in_its_source_is_exact() -> None:
    found = check("The table is made of oak.", TABLES)
    assert found == Verified(
        Verdict.EXACT, found.source, 1, 1, "The table is made of oak."
    )
    assert found.document == "1.md"


def test_a_quote_that_stands_elsewhere_in_its_document_is_relocated() -> None:
    evidence = evidence_of(LAMPS)
    evidence.show("1.md", "Title 1", "", 40, TABLES)
    found = verify_citation("It has four legs", 1, evidence)
    assert (found.verdict, found.document) == (Verdict.RELOCATED, "1.md")
    assert (found.start_line, found.end_line) == (41, 41)
    assert found.source == evidence.get(2)


def test_a_quote_that_stands_in_another_document_is_misattributed() -> None:
    found = verify_citation("It has four legs", 1, evidence_of(LAMPS, TABLES))
    assert (found.verdict, found.document) == (Verdict.MISATTRIBUTED, "2.md")
    assert (found.start_line, found.excerpt) == (2, "It has four legs")


def test_the_document_that_is_named_comes_before_others() -> None:
    evidence = evidence_of(LAMPS, TABLES)
    evidence.show("1.md", "Title 1", "", 40, TABLES)
    assert verify_citation("It has four legs", 1, evidence).verdict == "relocated"
    assert verify_citation("It has four legs", 2, evidence).verdict == "exact"


def test_a_claim_in_other_words_of_the_passage_is_paraphrased() -> None:
    found = check("It seats six people and has four legs", TABLES)
    assert (found.verdict, found.start_line) == (Verdict.PARAPHRASED, 2)
    assert found.excerpt == "It has four legs and seats six people."


@pytest.mark.parametrize(
    "claim",
    [
        "The moon is made of green cheese.",
        "It has five chairs beside seven shelves",
        "",
        "…",
        "*** ``` ***",
    ],
)
def test_a_quote_that_no_passage_holds_is_fabricated(claim: str) -> None:
    evidence = evidence_of(LAMPS, TABLES)
    assert verify_citation(claim, 2, evidence).verdict == Verdict.FABRICATED


def test_a_source_that_no_tool_has_shown_is_unseen() -> None:
    found = verify_citation("The table is made of oak.", 99, evidence_of(TABLES))
    assert found == Verified(Verdict.UNSEEN, None)
    assert found.document is None


def test_a_claim_with_another_number_is_not_even_paraphrased() -> None:
    text = "The service keeps up to 65,536 rows for 30 days in each partition."
    claim = "In each partition the service keeps up to {} rows for {} days"
    assert check(claim.format("65,536", 30), text).verdict == Verdict.PARAPHRASED
    assert check(claim.format("65,537", 30), text).verdict == Verdict.FABRICATED
    assert check(claim.format("65,536", 3), text).verdict == Verdict.FABRICATED


# --- what is never exact


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("The table is made of elm.", TABLES, id="word"),
        pytest.param("The table is not made of oak.", TABLES, id="word put in"),
        pytest.param("The table made of oak.", TABLES, id="word left out"),
        pytest.param("The table is made of oaks", TABLES, id="longer word"),
        pytest.param("The table is made of oa", TABLES, id="end of word left out"),
        pytest.param("he table is made of oak", TABLES, id="start of word left out"),
        pytest.param("is made of table oak", TABLES, id="order"),
        pytest.param("it weighs 35 kg", LAMPS, id="decimal point left out"),
        pytest.param("it weighs 3,5 kg", LAMPS, id="decimal comma"),
        pytest.param("it weighs 3.6 kg", LAMPS, id="other number"),
        pytest.param("and it weighs 3", LAMPS, id="decimals left out"),
        pytest.param("5 kg. Its arm is", LAMPS, id="decimals alone"),
        pytest.param("Power: 65", LAMPS, id="thousands left out"),
        pytest.param("536 mW at most", LAMPS, id="start of number left out"),
        pytest.param("Der Mann ist na", "Der Mann ist naïv.", id="accented word"),
        pytest.param("ïv ist der Mann", "Naïv ist der Mann.", id="accented start"),
        pytest.param("это большой до", "Это большой дом.", id="Cyrillic word"),
        pytest.param("about 106 vectors", "about 10⁶ vectors", id="exponent"),
        pytest.param("wait 510 seconds", "wait 5~10 seconds", id="range sign"),
        pytest.param("row one 1234", "row one |12|34|", id="table cells"),
        pytest.param("the size 23 bytes", "the size 2*3 bytes", id="product"),
        pytest.param("向量数据库不用于存储", CHINESE, id="Chinese word put in"),
        pytest.param("このデータベースは索引を保存", JAPANESE, id="Japanese word"),
    ],
)
def test_an_altered_or_partial_word_or_number_is_never_exact(
    quote: str, text: str
) -> None:
    assert check(quote, text).verdict != Verdict.EXACT


@pytest.mark.parametrize("quote", ["oak", "of oak", "legs", "数据库", "o a k"])
def test_a_quote_of_a_few_characters_proves_nothing(quote: str) -> None:
    evidence = evidence_of(TABLES + CHINESE)
    assert verify_citation(quote, 1, evidence).verdict != Verdict.EXACT


WORDS = st.sampled_from(["red", "oak", "lamp", "table", "12", "3.5", "naïve", "дом"])


@given(st.lists(WORDS, min_size=4, max_size=12), st.data())
def test_one_changed_word_is_never_exact(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:at], "green", *words[at + 1 :]]
    assert check(" ".join(words), " ".join(words)).verdict == Verdict.EXACT
    assert check(" ".join(changed), " ".join(words)).verdict != Verdict.EXACT


# --- what is exact in another form


@pytest.mark.parametrize(
    ("quote", "text", "lines", "excerpt"),
    [
        ("THE TABLE IS made of oak", TABLES, (1, 1), "The table is made of oak."),
        ("of oak. It has four legs", TABLES, (1, 2), "of oak.\nIt has four legs"),
        ("The desk lamp is red", LAMPS, (3, 3), "The *desk lamp* is red"),
        ("the **desk** lamp is `red`", LAMPS, (3, 3), "The *desk lamp* is red"),
        ("Power: 65,536 mW", LAMPS, (6, 6), "**Power**: 65,536 mW"),
        ("lamp.on() switches", LAMPS, (7, 7), "`lamp.on()` switches"),
        ('Its "arm" is 120-140 cm', LAMPS, (4, 4), "Its “arm” is 120–140 cm"),
        ("long - it doesn’t bend", LAMPS, (4, 4), "long — it doesn't bend."),
        ("L1: The table is made", TABLES, (1, 1), "The table is made"),
        ("of oak.\nL2: It has four", TABLES, (1, 2), "of oak.\nIt has four"),
        ("seats six people", TABLES, (2, 2), "seats six people."),
        ("The table is made.", TABLES, (1, 1), "The table is made"),
        ("It has four legs,", TABLES, (2, 2), "It has four legs"),
        ("向量数据库用于存储", CHINESE, (3, 3), "向量数据库用于存储"),
        ("索引类型，例如 hnsw", CHINESE, (4, 4), "索引类型，例如 HNSW。"),
        ("ベクトルを保存します", JAPANESE, (3, 3), "ベクトルを保存します。"),
        ("索引は「ＨＮＳＷ」です", JAPANESE, (4, 4), "索引は「HNSW」です。"),
    ],
)
def test_white_space_case_signs_and_markdown_do_not_count(
    quote: str, text: str, lines: tuple[int, int], excerpt: str
) -> None:
    found = check(quote, text)
    assert found.verdict == Verdict.EXACT
    assert (found.start_line, found.end_line) == lines
    assert found.excerpt == excerpt


def test_lines_are_counted_from_the_start_of_the_source() -> None:
    evidence = evidence_of(TABLES, start_line=100)
    found = verify_citation("oak. It has four", 1, evidence)
    assert (found.start_line, found.end_line) == (100, 101)


# --- ellipses


@pytest.mark.parametrize(
    "quote",
    [
        "The table is … It has four legs",
        "The table is ... It has four legs",
        "The table .... is made … It has four legs",
        "... The table is … It has four legs …",
        "The table … of oak. It has four legs",
    ],
)
def test_the_parts_around_an_ellipsis_stand_in_this_order(quote: str) -> None:
    found = check(quote, TABLES)
    assert (found.verdict, found.start_line, found.end_line) == (Verdict.EXACT, 1, 2)
    assert found.excerpt == "The table is made of oak.\nIt has four legs"


@pytest.mark.parametrize(
    "quote",
    [
        "four legs … The table is",
        "The table is … four legs",
        "The table … seats six people",
        "The table is … four arms",
        "The table is … our legs",
        "The table is made … is made of oak",
    ],
)
def test_parts_in_another_order_or_with_other_words_are_not_exact(quote: str) -> None:
    assert check(quote, TABLES).verdict != Verdict.EXACT


def test_an_ellipsis_of_the_document_itself_is_quoted() -> None:
    text = "Wait for it... then press the key."
    assert check("Wait for it... then press", text).excerpt == text[:25]


# --- lines that the mark names


@pytest.mark.parametrize(
    ("lines", "clipped"),
    [((2, 2), (2, 2)), ((1, 2), (1, 2)), ((2, 90), (2, 2)), ((0, 1), (1, 1))],
)
def test_a_claim_is_compared_with_the_lines_that_its_mark_names(
    lines: tuple[int, int], clipped: tuple[int, int]
) -> None:
    found = check("It seats six people and has four legs", TABLES, lines)
    assert (found.start_line, found.end_line) == clipped
    first, last = clipped
    assert found.excerpt == "\n".join(TABLES.split("\n")[first - 1 : last])
    expected = Verdict.PARAPHRASED if last == 2 else Verdict.FABRICATED
    assert found.verdict == expected


def test_lines_that_end_before_they_begin_do_not_break_the_check() -> None:
    found = check("It seats six people and has four legs", TABLES, (2, 1))
    assert (found.verdict, found.start_line) == (Verdict.PARAPHRASED, 2)


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ((2, 2), Verdict.EXACT),
        ((1, 2), Verdict.EXACT),
        ((2, 1), Verdict.EXACT),
        ((1, 1), Verdict.RELOCATED),
        ((9, 11), Verdict.RELOCATED),
    ],
)
def test_a_quote_outside_the_lines_of_its_mark_is_relocated(
    lines: tuple[int, int], verdict: Verdict
) -> None:
    found = check("It has four legs and seats six", TABLES, lines)
    assert (found.verdict, found.start_line, found.end_line) == (verdict, 2, 2)


def test_of_two_places_the_one_in_the_lines_of_the_mark_is_meant() -> None:
    text = f"{TABLES}\n{TABLES}"
    for lines, start in (((2, 2), 2), ((5, 5), 5), ((3, 3), 2)):
        found = check("It has four legs", text, lines)
        assert found.start_line == start
