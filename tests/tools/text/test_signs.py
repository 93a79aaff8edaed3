"""The same words in other signs: found, and no more than a paraphrase."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.grounding.checking import check, evidence_of
from tools.grounding.citation import Draft, Verdict
from tools.grounding.resolving import resolve
from tools.text.signs import plain_signs


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The limit is >=40 units for all", "The limit is ≥40 units for all tanks."),
        ("The limit is <= 40 units for all", "The limit is ≤ 40 units for all tanks."),
        ("The limit is != 40 units for all", "The limit is ≠ 40 units for all tanks."),
        ("It is added at 5 °C below zero.", "It is added at 5 &deg;C below zero."),
        ("It is added at 5°C below zero.", "It is added at 5 °C below zero."),
        ("It is added at 5 °C below zero.", "It is added at 5 º C below zero."),
        ("Don't open the valve before it", "Don&#8217;t open the valve before it."),
        ("Don't open the valve before it", "Don&#x2019;t open the valve before it."),
        ("Don't open the valve before it", "Don&rsquo;t open the valve before it."),
        ("Don't open the valve before it", "Don&amp;rsquo;t open the valve before it."),
        ("Ten – or more – of the lamps", "Ten &ndash; or more &mdash; of the lamps"),
        ("The caf&eacute; opens at nine", "The café opens at nine."),
        ("The CO2 level is kept below 400", "The CO₂ level is kept below 400 ppm."),
        ("The CO₂ level is kept below 400", "The CO2 level is kept below 400 ppm."),
        ("The CO2 level is kept low", "The CO<sub>2</sub> level is kept low."),
        ("The CO2 level is kept low", "The CO_2 level is kept low."),
        ("an area of 20 m2 is kept free", "an area of 20 m² is kept free"),
        ("about 10^6 vectors are kept", "about 10⁶ vectors are kept"),
        ("about 10^6 vectors are kept", "about 10<sup>6</sup> vectors are kept"),
        ("about 10^-6 seconds are lost", "about 10⁻⁶ seconds are lost"),
        ("The naive cafe owner resumes", "The naïve café owner resumes."),
        ("The œuvre is shown here again", "The oeuvre is shown here again."),
        ("The Aether is shown here again", "The Æther is shown here again."),
        ("Ake Soderstrom drew it all first", "Åke Söderström drew it all first."),
        ("Lukasz of Lodz drew it all first", "Łukasz of Łódź drew it all first."),
        ("It takes 30 us from A -> B now", "It takes 30 µs from A → B now."),
        ("a grid of 3 x 4 cells is drawn", "a grid of 3 × 4 cells is drawn"),
        ("a value of +-5 units is allowed", "a value of ±5 units is allowed"),
        ("Salt and pepper are added here", "Salt &amp; pepper are added here."),
        ("Milvus is a vector database here", "Milvus™ is a vector database here."),
        ("The pump stops, and it starts", "The pump stops , and it starts ."),
        ("The pump (the old one) stops", "The pump ( the old one ) stops"),
        ("it is 2 1/2 inches wide there", "it is 2½ inches wide there"),
    ],
)
def test_what_is_written_in_other_signs_is_found(claim: str, text: str) -> None:
    assert check(claim, text).verdict.is_sound
    assert check(f"{claim} 7", text).verdict == Verdict.FABRICATED


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("about 106 vectors are kept in it", "about 10⁶ vectors are kept in it"),
        ("about 106 vectors are kept", "about 10<sup>6</sup> vectors are kept"),
        ("about 10^7 vectors are kept in it", "about 10⁶ vectors are kept in it"),
        ("The limit is <=40 units for all", "The limit is ≥40 units for all tanks."),
        ("The limit is 40 units for all", "The limit is ≥40 units for all tanks."),
        ("it is 21/2 inches wide there", "it is 2½ inches wide there"),
        ("It is added at 5 °F below zero.", "It is added at 5 &deg;C below zero."),
        ("The CO3 level is kept low", "The CO₂ level is kept low."),
    ],
)
def test_what_means_something_else_is_not(claim: str, text: str) -> None:
    assert not check(claim, text).verdict.is_sound


def test_words_that_only_plain_signs_make_equal_are_no_quote() -> None:
    found = check("The resume of the coordinator", "The résumé of the coordinator\nend")
    assert found.verdict == Verdict.PARAPHRASED
    assert (found.start_line, found.excerpt) == (1, "The résumé of the coordinator")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("The CO2 level is kept low [1].", "The CO₂ level is kept low."),
        ("At CERN the Große pump runs [1].", "At CERN the Gro&szlig;e pump runs."),
    ],
)
def test_values_in_other_signs_are_not_missed(answer: str, text: str) -> None:
    found = resolve(Draft(answer=answer), evidence_of(text))
    assert found.grounded
    assert found.sentences[0].unsupported_values == ()


ANY = st.text(
    st.sampled_from("ab 1²₂é\u0301&;#x3amp≥<>=-½.,( )\n™ß数\u200b"), max_size=40
)


@given(ANY)
def test_plain_signs_keep_their_places_and_lines(text: str) -> None:
    plain = plain_signs(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    assert plain.text.count("\n") == text.count("\n")
    for start, end in zip(plain.starts, plain.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert sorted(plain.starts) == list(plain.starts)


@pytest.mark.parametrize("name", sorted(html.entities.html5)[::37])
def test_every_entity_is_read_as_what_it_means(name: str) -> None:
    meant = html.unescape(f"&{name}")
    if name.endswith(";") and not meant.isspace():
        assert plain_signs(f"a &{name} b").text == plain_signs(f"a {meant} b").text
