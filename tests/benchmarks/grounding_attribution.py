"""How sentences without a mark are attributed: true ones, and altered ones.

A true sentence stands in a passage, perhaps in other words around it or with some left
out. An altered one has another number, month or name, a negation more or less, the
opposite of a word, or names in each other's place; it stands in none of the passages.
"""

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from grounding_cases import CHANGES, NAME, NUMBER, Quote, Round, put, words

from tools.grounding.attribution import Attribution

LEADS = ["According to the documentation, {}", "In addition, {}", "Note that {}"]
MONTH = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November"
    r"|December)\b"
)
CONTRACTED = re.compile(r"\b(do|does|did|is|are|was|were)(?: not\b)")
PARENTHESIS = re.compile(r"\s\([^()]*\)")
ADVERB = re.compile(r"\b(?:also|generally|typically|usually|simply|just|currently) ")
ASKING = re.compile(r"[?:][\"'”’)\s]*$")
"""What ends a question or an introduction: no sentence that states a fact."""
EMPHASIS = re.compile(r"\b(?:do|does|did) ")
ARTICLES = frozenset(["a", "an", "the", "your", "this", "each"])
ALTERED = (
    "number changed",
    "negation put in",
    "negation left out",
    "opposite word",
    "names swapped",
)
BEYOND = ("word changed", "word put in")
"""These may be as true as before, or nonsense: they are printed, and no floor is."""
OTHERS = 40
"""Sentences of other sources from which a number or a name is taken."""


@dataclass
class Attributed:
    """How many sentences of a kind there were, and were attached."""

    true: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    attached: Counter[tuple[bool, str]] = field(default_factory=Counter)

    def add(self, here: Round, vocabulary: list[str], show: list[str]) -> None:
        """Look up the sentences of one round."""
        attribution = Attribution(here.evidence)
        for truth, cases in (
            (True, true_sentences(here)),
            (False, false_sentences(here, vocabulary)),
        ):
            for kind, text in cases:
                (self.true if truth else self.false)[kind] += 1
                found = attribution.find(text)
                self.attached[truth, kind] += found is not None
                if found and not truth and kind in show:
                    print(f"attached: {text!r}\n    {found.excerpt!r}")

    def share(self, *, truth: bool) -> tuple[int, int]:
        """Return how many of the sentences that have a floor were attached, of all."""
        counts = self.true if truth else self.false
        kinds = [kind for kind in counts if not kind.startswith(BEYOND)]
        attached = sum(self.attached[truth, kind] for kind in kinds)
        return attached, sum(counts[kind] for kind in kinds)

    def print_table(self) -> None:
        print("\n| Unmarked sentence | cases | attached |\n|---|---|---|")
        for truth, counts in ((True, self.true), (False, self.false)):
            for kind, total in counts.items():
                attached = self.attached[truth, kind]
                name = kind if truth else f"*{kind}*"
                print(f"| {name} | {total} | {100 * attached / total:.1f} % |")


def true_sentences(here: Round) -> Iterator[tuple[str, str]]:
    """Yield sentences of the sources as they stand, and as an answer may put them."""
    for kind, form in FORMS.items():
        for quote in here.quotes(r"[.!]$"):
            text = form(quote.text, here.chance)
            if text and len(text.split()) >= 6:
                yield kind, text
                break


def led(text: str, chance: random.Random) -> str:
    first, *rest = text.split(" ")
    usual = first.isalpha() and (first[1:].islower() or first in {"A", "I"})
    lead = chance.choice(LEADS)
    return lead.format(" ".join([first.lower() if usual else first, *rest]))


def without(pattern: re.Pattern[str]) -> Callable[[str, random.Random], str]:
    def leave_out(text: str, _: random.Random) -> str:
        shorter = pattern.sub("", text)
        return shorter if shorter != text else ""

    return leave_out


def contracted(text: str, _: random.Random) -> str:
    shorter = CONTRACTED.sub(r"\1n't", text)
    return shorter if shorter != text else ""


def first_clause(text: str, _: random.Random) -> str:
    clause, sign, _ = text.partition(", which ")
    return f"{clause}." if sign else ""


FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "as it stands": lambda text, _: text,
    "behind a lead": led,
    "contracted": contracted,
    "parenthesis left out": without(PARENTHESIS),
    "adverb left out": without(ADVERB),
    "first clause": first_clause,
}


def false_sentences(here: Round, vocabulary: list[str]) -> Iterator[tuple[str, str]]:
    """Yield altered sentences, each as it is and behind a lead."""
    for kind in (*ALTERED, *BEYOND):
        pattern, change = CHANGES[kind]
        quotes = (quote for quote in here.quotes(pattern) if is_fit(quote, kind, here))
        yield from first_two(
            here, kind, (change(each.text, here.chance, vocabulary) for each in quotes)
        )
    yield from first_two(here, "number of another", exchanged(here, NUMBER))
    yield from first_two(here, "name of another", exchanged(here, NAME))
    yield from first_two(here, "month changed", exchanged(here, MONTH))


def is_fit(quote: Quote, kind: str, here: Round) -> bool:
    """Whether a sentence has names that are no other words with a capital."""
    return kind != "names swapped" or (
        len(set(names(quote.text, here))) > 1
        and all(is_name(each[0], here) for each in NAME.finditer(quote.text))
    )


def is_name(word: str, here: Round) -> bool:
    """Whether no source writes a word without its capital."""
    small = re.compile(rf"\b{word.lower()}\b")
    return not any(small.search(each.text) for each in here.evidence)


def names(text: str, here: Round) -> list[str]:
    return [each[0] for each in NAME.finditer(text) if is_name(each[0], here)]


def exchanged(here: Round, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield sentences with a number, a name or a month of another in it."""
    quotes = list(itertools.islice(here.quotes(pattern.pattern), OTHERS))
    there = [found[0] for each in quotes for found in pattern.finditer(each.text)]
    if pattern is MONTH:
        there = ["May", "January", "October"]
    for quote in quotes:
        found = here.chance.choice(list(pattern.finditer(quote.text)))
        other = here.chance.choice(there)
        known = pattern is not NAME or (
            is_name(found[0], here) and is_name(other, here)
        )
        alike = found[0][:5] == other[:5]  # `Zones` and `Zone` are one name
        if known and not alike and other not in quote.text:
            yield put(quote.text, found, other)


def first_two(
    here: Round, kind: str, texts: Iterator[str]
) -> Iterator[tuple[str, str]]:
    count = 0
    for text in texts:
        if not text or ASKING.search(text) or is_true(text, here):
            continue
        yield kind, text
        yield f"{kind}, behind a lead", led(text, here.chance)
        count += 1
        if count == 2:
            return


def is_true(text: str, here: Round) -> bool:
    """Whether a sentence stands in a source all the same, but for its articles."""
    plain = bare(EMPHASIS.sub("", text))
    return any(plain in bare(each.text) for each in here.evidence) or any(
        here.stands(text, source) for source in here.evidence
    )


@lru_cache(maxsize=1024)
def bare(text: str) -> str:
    """Return the words of a text without its articles."""
    return f" {' '.join(each for each in words(text).split() if each not in ARTICLES)} "
