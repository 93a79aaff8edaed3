"""The sentences of `support.py` over documents that a quote can be copied from.

`support_statements.jsonl` holds what was written by hand, by reading the documents and
before the code that judges it was read: true sentences as a model would word them, and
falsified ones. Half A is to choose on, half B to report; a document belongs to one half
with all of its sentences. Documents of Milvus are named by file and lines, for they are
not ours to ship. Half C is an attack by somebody else, who saw neither code nor A and
B: free paraphrases and falsehoods over `examples/docs`. Nothing is made of them.

A hand-written sentence may have slots, as `{Bounded~sibling entity:Strong~+loose}`: its
own words, words that make it false, with the kind of falsification, and, behind a plus,
words that leave it true. From these come the generated rows, the same for a document
each time, and so does what joins two sentences, one of which may be false.
"""

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["Cited", "Row", "read_rows"]

FILE = Path(__file__).with_name("support_statements.jsonl")
ROOT = Path(__file__).parents[2]
JOINED = 6
"""Sentences of each kind that are joined of one document."""
ATTRIBUTED = 4
"""Sentences of a document that are said to be its own."""
_SLOT = re.compile(r"\{([^{}]+)\}")
_MARKER = re.compile(r"\A\s*(?:[-*]|\d+\.)\s+")
_OPENING = re.compile(
    r"\A(?:The|An?|In|When|If|By|For|On|With|Each|All|Both|Every|At|Since|Because"
    r"|Although|While|Without|Unless|Before|Until|No)(?= [a-z`])"
)
"""Words that a sentence can begin with and lose their capital within another."""
_CONTRACTIONS = {
    "cannot": "can't",
    "does not": "doesn't",
    "do not": "don't",
    "is not": "isn't",
    "are not": "aren't",
}
_UNCONTRACTED = re.compile(rf"\b(?:{'|'.join(_CONTRACTIONS)})\b(?! only)")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a sentence cites."""

    document: str
    """Its path: below the project, or below the data."""
    quote: str
    """As it stands there, letter for letter."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, what it cites, and whether that bears it out."""

    id: str
    kind: str
    """How it was reworded, or falsified."""
    label: bool
    """Whether its quotes bear it out."""
    half: str
    made: str
    """`hand` or `generated`."""
    sentence: str
    cited: tuple[Cited, ...]
    slots: str = ""
    """The sentence with what may stand in its places, blank if nothing may."""


def read_rows(data: Path) -> list[Row]:
    """Return the rows whose documents are there, those of the generator last."""
    hand: list[Row] = []
    absent: set[str] = set()
    for line in FILE.read_text().splitlines():
        record = json.loads(line)
        if (row := _read_row(record, data)) is None:
            absent.add(record["document"])
        else:
            hand.append(row)
    for document in sorted(absent):
        print(f"Skipped: there is no {data / document}", file=sys.stderr)
    return [*hand, *generated([row for row in hand if row.half != "C"])]


def _read_row(record: dict[str, str], data: Path) -> Row | None:
    folder = ROOT if "quote" in record else data
    if not (path := folder / record["document"]).is_file():
        return None
    given = {each: record[each] for each in ("id", "kind", "half", "made", "sentence")}
    quote = record.get("quote") or _lines(path, *map(int, record["lines"]))
    return Row(
        **given,
        label=bool(record["label"]),
        cited=(Cited(record["document"], quote),),
        slots=record.get("slots", ""),
    )


def _lines(path: Path, first: int, last: int) -> str:
    lines = path.read_text().splitlines()[first - 1 : last]
    return _MARKER.sub("", "\n".join(lines)).strip()


def generated(hand: list[Row]) -> Iterator[Row]:
    """Return what is made of the sentences of each document, which seeds it."""
    for document in dict.fromkeys(row.cited[0].document for row in hand):
        chance = random.Random(f"16 {document}")  # noqa: S311 (nothing secret)
        here = [row for row in hand if row.cited[0].document == document]
        for row in here:
            yield from _filled(row, chance)
            yield from _contracted(row)
        yield from _joined(here, chance)
        yield from _attributed(here, chance)


def _contracted(row: Row) -> Iterator[Row]:
    if row.label and (found := _UNCONTRACTED.search(row.sentence)):
        shorter = _CONTRACTIONS[found[0]]
        yield _made(row, "contraction", row.sentence.replace(found[0], shorter, 1))


def _made(row: Row, kind: str, sentence: str, *, label: bool = True) -> Row:
    return replace(
        row, id=f"{row.id}/{kind}", kind=kind, label=label, sentence=sentence,
        made="generated", slots="",
    )  # fmt: skip


def _filled(row: Row, chance: random.Random) -> Iterator[Row]:
    """Return it with another word in a place: one that keeps it true, one that not."""
    places = list(_SLOT.finditer(row.slots))
    choices = [
        (at, option)
        for at, place in enumerate(places)
        for option in place[1].split("~")[1:]
    ]
    kept = [(at, text[1:]) for at, text in choices if text.startswith("+")]
    turned = [each for each in choices if not each[1].startswith("+")]
    if kept:
        yield _made(row, "synonym", _fill(row.slots, [chance.choice(kept)]))
    if turned:
        at, option = chance.choice(turned)
        kind, text = option.split(":", 1)
        beside = [each for each in kept if each[0] != at and chance.random() < 0.5]
        filling = [(at, text), *beside[:1]]
        yield _made(row, kind, _fill(row.slots, filling), label=False)


def _fill(slots: str, filling: Iterable[tuple[int, str]]) -> str:
    """Return the sentence with these words in the places of these numbers."""
    texts = dict(filling)
    numbers = iter(range(len(slots)))
    return _SLOT.sub(
        lambda place: texts.get(next(numbers), place[1].split("~")[0]), slots
    )


def _joined(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """Return pairs of sentences in one: both true, or one of them false."""
    true = [row for row in rows if row.label]
    false = [row for row in rows if not row.label]
    for label, others in ((True, true), (False, false)):
        pairs: dict[tuple[str, str], Row] = {}
        for one in chance.sample(true, len(true)):
            pair = [one, chance.choice(others)]
            chance.shuffle(pair)
            if _can_be_joined(*pair) and len(pairs) < JOINED:
                pairs[pair[0].id, pair[1].id] = _in_one(*pair, label=label)
        yield from pairs.values()


def _can_be_joined(first: Row, second: Row) -> bool:
    return first.cited != second.cited and bool(_OPENING.match(second.sentence))


def _in_one(first: Row, second: Row, *, label: bool) -> Row:
    kind = "joined" if label else "joined to a false half"
    sentence = f"{first.sentence.rstrip('.')}, and {_within(second.sentence)}"
    return replace(
        _made(first, kind, sentence, label=label),
        id=f"{first.id}+{second.id}",
        cited=(*first.cited, *second.cited),
    )


def _attributed(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    able = [row for row in rows if row.label and _OPENING.match(row.sentence)]
    for row in chance.sample(able, min(ATTRIBUTED, len(able))):
        said = f"According to the documentation, {_within(row.sentence)}"
        yield _made(row, "attribution", said)


def _within(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
