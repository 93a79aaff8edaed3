"""Synonyms and opposites: what the two lists say, and that they do not clash."""

import re
import subprocess
import sys
from itertools import combinations, groupby
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.grounding import paraphrase
from tools.grounding.lists.cues import stem_of
from tools.grounding.lists.relations import (
    are_opposites,
    are_synonyms,
    opposites_of,
    synonyms_of,
)

LISTS = ROOT / "tools" / "grounding" / "lists"
NAMES = ["opposites.txt", "synonyms.txt"]
ONE_WORD = {"forms", "spellings"}
MOST_MS = 30
"""Processor time to load both lists, in ms; measured: 14."""


def lines_of(name: str) -> list[tuple[str, str]]:
    """Return the lines of a list, each with its section."""
    kind, lines = "", []
    for line in Path(LISTS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            lines.append((kind, line))
    return lines


def words_of(name: str) -> list[tuple[str, list[str], list[str]]]:
    """Return the section, the words and the stems of each line."""
    parted = [(kind, *line.split(" | ")) for kind, line in lines_of(name)]
    return [(kind, words.split(), stems.split()) for kind, words, stems in parted]


def opposed(one: str, other: str) -> bool:
    return are_opposites(stem_of(one), stem_of(other))


def alike(one: str, other: str) -> bool:
    return are_synonyms(stem_of(one), stem_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("increases", "decreased"), ("began", "ended"), ("begun", "finishes"),
        ("maximum", "minimum"), ("synchronous", "asynchronous"), ("sparse", "dense"),
        ("upstream", "downstream"), ("keys", "values"), ("row", "column"),
        ("commit", "rollback"), ("eager", "lazy"), ("ascending", "descending"),
        ("leading", "trailing"), ("primary", "replica"), ("producers", "consumers"),
        ("centralise", "decentralize"), ("hidden", "shown"), ("huge", "tiny"),
        ("always", "rarely"), ("horizontally", "vertically"), ("children", "parents"),
    ],
)  # fmt: skip
def test_words_that_turn_a_sentence_round_are_opposites_in_any_form(
    one: str, other: str
) -> None:
    assert opposed(one, other)
    assert opposed(other, one)
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("begin", "commences"), ("began", "started"), ("begun", "begins"),
        ("uses", "utilised"), ("employed", "utilizes"), ("colour", "color"),
        ("normalised", "normalizes"), ("built", "constructs"), ("chosen", "selects"),
        ("quick", "rapid"), ("removes", "deleted"), ("folder", "directories"),
        ("needs", "requires"), ("allowed", "permits"), ("shows", "displays"),
        ("indices", "indexes"), ("found", "finds"), ("same", "same"),
    ],
)  # fmt: skip
def test_words_that_may_stand_for_each_other_are_synonyms_in_any_form(
    one: str, other: str
) -> None:
    assert alike(one, other)
    assert alike(other, one)
    assert not opposed(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("query", "search"), ("query", "question"), ("stop", "terminate"),
        ("drop", "delete"), ("customer", "client"), ("commit", "perpetrate"),
        ("label", "tag"), ("parallel", "concurrent"), ("mean", "average"),
        ("path", "route"), ("entity", "object"), ("validate", "verify"),
        ("index", "collection"), ("buy", "build"),
    ],
)  # fmt: skip
def test_siblings_of_technical_prose_are_no_synonyms(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(("one", "other"), [("left", "stay"), ("leave", "right")])
def test_a_form_that_is_a_word_of_its_own_has_only_its_own_opposites(
    one: str, other: str
) -> None:
    assert not opposed(one, other)
    assert opposed("left", "right")
    assert opposed("leaves", "stays")


def test_a_word_that_no_list_has_is_joined_to_nothing() -> None:
    assert opposites_of("milvus") == frozenset()
    assert synonyms_of("milvus") == frozenset()


def test_no_group_and_no_word_s_forms_hold_opposites() -> None:
    clashes = [
        (one, other)
        for _, words, stems in words_of("synonyms.txt")
        for (one, stem), (other, second) in combinations(
            zip(words, stems, strict=True), 2
        )
        if are_opposites(stem, second)
    ]
    assert clashes == []


def test_no_word_is_the_synonym_of_its_opposite() -> None:
    stems = {each for name in NAMES for *_, line in words_of(name) for each in line}
    assert [each for each in stems if opposites_of(each) & synonyms_of(each)] == []
    assert [each for each in stems if each in opposites_of(each)] == []


def test_both_relations_hold_both_ways() -> None:
    stems = {each for name in NAMES for *_, line in words_of(name) for each in line}
    for stem in stems:
        assert all(are_opposites(each, stem) for each in opposites_of(stem))
        assert all(are_synonyms(each, stem) for each in synonyms_of(stem))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_the_stems_of_its_words_and_each_once(name: str) -> None:
    for _, words, stems in words_of(name):
        assert stems == [stem_of(word) for word in words]
        assert len(set(stems)) == len(stems) > 1
        assert all(re.fullmatch("[a-z]+", word) for word in words)


def test_a_line_of_opposites_is_a_pair() -> None:
    assert {len(words) for _, words, _ in words_of("opposites.txt")} == {2}


@pytest.mark.parametrize("name", NAMES)
def test_the_lines_of_a_section_are_sorted_and_no_line_stands_twice(name: str) -> None:
    for _, lines in groupby(lines_of(name), key=lambda each: each[0]):
        section = [line for _, line in lines]
        assert section == sorted(set(section))
        assert all(
            words == sorted(words)
            for words in (line.partition(" | ")[0].split() for line in section)
        )
    groups = [
        tuple(sorted(stems))
        for kind, _, stems in words_of(name)
        if kind not in ONE_WORD
    ]
    assert len(set(groups)) == len(groups)


@pytest.mark.parametrize("name", NAMES)
def test_a_list_says_where_it_is_from_and_carries_the_licence(name: str) -> None:
    text = (LISTS / name).read_text(encoding="utf-8")
    header = " ".join(text[: text.index("\n\n")].replace("\n# ", "\n").split())
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in header
    assert "How it was made." in header
    assert 'THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS"' in header
    assert "LICENSEE agrees to preserve same" in header


def test_each_pair_of_the_judge_of_paraphrases_is_in_the_list() -> None:
    pairs = [words for _, words, _ in words_of("opposites.txt")]
    for first, second in paraphrase._OPPOSITES:
        assert any(
            first.fullmatch(one) and second.fullmatch(other)
            for pair in pairs
            for one, other in (pair, reversed(pair))
        ), (first.pattern, second.pattern)


def test_both_lists_are_loaded_quickly() -> None:
    code = (
        "from time import process_time\n"
        "from tools.grounding.lists.relations import opposites_of, synonyms_of\n"
        "began = process_time()\n"
        "opposites_of('increas'), synonyms_of('begin')\n"
        "print((process_time() - began) * 1000)\n"
    )
    times = [
        float(
            subprocess.run(
                [sys.executable, "-c", code],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(3)
    ]
    assert min(times) < MOST_MS


def test_what_a_group_joins_the_next_does_not() -> None:
    assert alike("display", "show")
    assert alike("show", "prove")
    assert not alike("display", "prove")
