"""What is searched for exactly: numbers, codes and signs find the one that has them."""

from collections.abc import Callable
from time import process_time
from timeit import timeit

import pytest

from tools.documents.passage import Passage
from tools.embedding.context import embed_passages
from tools.embedding.embedder import Embedder
from tools.library.full_text import query_words
from tools.library.fusion import fuse
from tools.library.identifiers import acronyms, forms
from tools.library.library import Library

COUNT = 120
FORMS = ["{}", "What is the status of {}?", "Please tell me about {}.", "what is {}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paid 2,000", ["2000"]),
        ("2.000 EUR", ["2000"]),
        ("2 000 and 3\u202f000", ["2000", "3000"]),
        ("2'000 or 12’345’678", ["2000", "12345678"]),
        ("0.004 and 3.5", []),
        ("192.168.1.10, v1.10.2", ["192d168d1d10", "1d10d2"]),
        ("ISBN 978-3-16-148410-0", ["9783161484100"]),
        ("ISBN 3-16-148410-X", ["316148410X"]),
        ("+49 30 1234567", ["49301234567"]),
        ("DE12 3456 7890 1234", ["DE12345678901234"]),
        ("DEC-0054 err_0x1F src/a.py", []),
        ("IT staff", ["itit"]),
        ("What does the WHO say?", ["whowho"]),
        ("🚀 and 🔥", ["u1f680", "u1f525"]),
        ("C++, C# and A*", ["Cplusplus", "Csharp", "Astar"]),
        ("** bold ** i + + x* #1", []),
        ("订单4711号", ["订单", "4711", "号"]),
        ("\uff14\uff17\uff11\uff11", ["4711"]),
        ("sin \ufb01ne", ["fine"]),
        ("│ ─ ™ °", []),
    ],
)
def test_what_no_word_tells_has_a_form(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IT", ["IT"]),
        ("the US and the WHO", ["US", "WHO"]),
        ("it is so", []),
        ("PROVIDED AS IS, WITHOUT WARRANTY OF ANY KIND", []),
        ("as is: AS IS", []),
        ("THIS IS IT\nIT is fine", ["IT"]),
        ("IT.", ["IT"]),
        ("BIT, ITS", ["ITS"]),
        ("AI at NATO", []),
    ],
)
def test_capitals_make_a_name_of_a_stop_word(text: str, expected: list[str]) -> None:
    assert list(acronyms(text)) == expected


def test_a_name_is_no_word_of_the_question() -> None:
    assert query_words("Who leads the WHO?", english=True) == "leads the WHO whowho"
    assert query_words("🚀", english=True) == "🚀 u1f680"
    assert query_words("Wer bezahlte 2.000?", english=False) == (
        "Wer bezahlte 2.000? 2000"
    )


def test_the_one_that_has_the_word_stands_out_however_many_there_are() -> None:
    for count in (3, 5, 20, 150):
        cosines = {f"{number:03}": 1 - number / count for number in range(count)}
        last = f"{count - 1:03}"
        assert fuse(cosines, {last: 4.0})[0].key == last


def test_a_word_that_all_have_changes_no_order() -> None:
    cosines = {"a": 0.9, "b": 0.5, "c": 0.1}
    ranked = fuse(cosines, dict.fromkeys(cosines, 2.0))
    assert [each.key for each in ranked] == ["a", "b", "c"]


def test_what_was_cut_off_is_no_zero() -> None:
    """Of as many as were asked for, the lowest may be far from nothing."""
    found = fuse({"a": 0.5, "b": 0.5}, {"a": 9.0, "c": 8.0}, asked=2)
    scores = {each.key: each.score for each in found}
    assert scores["b"] == scores["c"] < scores["a"]


IDENTIFIERS = {
    "order numbers": (lambda n: f"{770000 + 7 * n}", None),
    "codes": (lambda n: f"DEC-{n:04}", None),
    "hexadecimal errors": (lambda n: f"err_0x{4096 + 11 * n:X}", None),
    "versions": (lambda n: f"3.{n // 10}.{n % 10}7", None),
    "hosts": (lambda n: f"10.1.{n // 10}.{n % 10}", None),
    "paths": (lambda n: f"src/part{n}/main_{n}.py", None),
    "hashes": (lambda n: f"{0x9E3779B97F4A7C15 * (n + 1) % 2**64:016x}", None),
    "addresses": (lambda n: f"user{n}.x@example.org", None),
    "books": (
        lambda n: f"978-3-16-{148410 + n}-0",
        lambda n: f"978316{148410 + n}0",
    ),
    "thousands": (lambda n: f"{n + 2},{n + 100}", lambda n: f"{n + 2}{n + 100}"),
    "thousands asked": (lambda n: f"{n + 2}{n + 100}", lambda n: f"{n + 2},{n + 100}"),
    "emoji": (lambda n: chr(0x1F400 + n), None),
    "plates": (lambda n: f"京A{12345 + n}号", lambda n: f"{12345 + n}"),
    "invoices": (lambda n: f"INV/{2000 + n}/{n % 7}", None),
}


@pytest.mark.parametrize(("make", "ask"), IDENTIFIERS.values(), ids=IDENTIFIERS)
def test_a_query_for_an_identifier_has_its_passage_first(
    make: Callable[[int], str],
    ask: Callable[[int], str] | None,
    empty_library: Library,
    embedder: Embedder,
) -> None:
    said = "The {} bought paper for {} and paid within {} days."
    buyers = ("baker", "miller", "printer")
    passages = [
        Passage(f"{n}", "", "", 0, 1, 1, 1, said.format(buyers[n % 3], make(n), n % 9))
        for n in range(COUNT)
    ]
    empty_library.write(passages, embed_passages(embedder, passages))
    if not empty_library.identity.full_text:
        pytest.skip("this engine has no full-text search")
    asked = range(0, COUNT, 12)
    for form in FORMS:
        queries = [form.format((ask or make)(n)) for n in asked]
        found = empty_library.search(queries, 3)
        assert [hits[0].passage.document for hits in found] == list(map(str, asked))


@pytest.mark.parametrize(
    "shape", ["IT ", "2,000", "1 ", "12-", "C+", "🚀", "订1", "a'", "+"]
)
def test_forms_are_found_in_proportion_to_the_text(shape: str) -> None:
    def seconds(length: int) -> float:
        text = shape * (length // len(shape))
        return min(
            timeit(lambda: forms(text), number=1, timer=process_time) for _ in range(5)
        )

    # Four times the length: squared, it would take sixteen times as long.
    assert seconds(400_000) < 9 * seconds(100_000) + 0.05
