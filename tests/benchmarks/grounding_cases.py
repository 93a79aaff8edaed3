"""Right and wrong citations of the passages of one answer, built by chance."""

import itertools
import random
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tools.documents.passage import Passage
from tools.evidence.evidence import Evidence, Source
from tools.evidence.shown import write_source
from tools.text.markdown import plain

INVENTED = 100
"""Above the numbers of all sources."""
COLUMNS = 72
"""Of text that is wrapped by hand."""
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?=\S)")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
WORD = re.compile(r"[^_\W]+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
AUXILIARY = re.compile(r"\b(?:is|are|was|were|can|will|must|should|does|do)\b")
DENIAL = re.compile(
    r"n['’]t\b|\b(?:no|not|never|none|nor|cannot|without|neither|nothing)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(r"(?<=\s)(?:not|never)\s|n['’]t(?=\s)")
OPPOSITES = dict(
    pair.split("/")
    for pair in [
        "enable/disable", "enabled/disabled", "allow/deny", "allows/denies",
        "allowed/denied", "before/after", "minimum/maximum", "more/less", "first/last",
        "always/never", "true/false", "public/private", "include/exclude",
        "includes/excludes", "required/optional", "start/stop", "open/close",
        "higher/lower", "larger/smaller", "add/remove", "create/delete",
        "increase/decrease", "increases/decreases", "supported/unsupported",
        "same/different", "single/multiple", "new/old", "all/none", "left/right",
        "north/south", "east/west", "early/late", "older/younger", "won/lost",
        "born/died", "large/small", "encrypted/unencrypted", "automatic/manual",
        "automatically/manually", "valid/invalid", "read/write", "input/output",
        "internal/external", "up/down", "available/unavailable", "success/failure",
    ]
)  # fmt: skip
OPPOSITE = {**OPPOSITES, **{b: a for a, b in OPPOSITES.items()}}


@dataclass(frozen=True, slots=True)
class Case:
    """A citation, and what was done to it."""

    kind: str
    claim: str
    number: int
    """The source that it points to."""
    lines: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source as they stand there."""

    source: Source
    text: str


class Round:
    """The passages of one answer, and ways to cite them rightly and wrongly."""

    def __init__(self, passages: Sequence[Passage], chance: random.Random) -> None:
        self.chance = chance
        self.evidence = Evidence()
        wrapped = chance.random() < 0.25
        self._origins: dict[int, str] = {}
        for each in passages:
            text = wrap(each.text) if wrapped else each.text
            source = self.evidence.show(
                each.document, each.title, each.heading_path, each.start_line, text
            )
            self._origins[source.id] = each.text
        self.wrapped = wrapped
        self._words = {each.id: words(each.text) for each in self.evidence}
        self._origin_words = {key: words(text) for key, text in self._origins.items()}

    def stands(self, claim: str, source: Source) -> bool:
        """Whether the words of a claim stand in this order in a document's passages."""
        wanted = words(claim)
        return any(
            wanted in self._words[each.id] or wanted in self._origin_words[each.id]
            for each in self.evidence
            if each.document == source.document
        )

    def quotes(self, pattern: str = "") -> Iterator[Quote]:
        """Yield sentences of the sources in no order."""
        sources = list(self.evidence)
        self.chance.shuffle(sources)
        for source in sources:
            lines = prose(self._origins[source.id])
            sentences = [
                part.strip() for line in lines for part in SENTENCE.split(line)
            ]
            self.chance.shuffle(sentences)
            for text in sentences:
                fits = 6 <= len(text.split()) <= 60 and "](" not in text
                if fits and (not pattern or re.search(pattern, text)):
                    yield Quote(source, text)

    def one(self, pattern: str = "") -> Quote | None:
        return next(self.quotes(pattern), None)

    def genuine(self) -> Iterator[Case]:
        """Yield right citations, each in a form that a model may give it."""
        for kind, form in FORMS.items():
            if quote := self.one():
                text = form(quote.text, self.chance)
                yield Case(kind, text, quote.source.id)
        yield from self.placed()
        for source in self.chance.sample(list(self.evidence), 12):
            text = self._origins[source.id]
            yield from self.blocks(source, text.split("\n"))

    def placed(self) -> Iterator[Case]:
        """Yield quotes with the lines that they stand in, and with others."""
        for quote in self.quotes():
            source = quote.source
            rows = source.text.split("\n")
            held = [
                at for at, row in enumerate(rows) if words(quote.text) in words(row)
            ]
            others = (
                [at for at in range(len(rows)) if abs(at - held[0]) > 1] if held else []
            )
            if len(held) == 1 and others:
                line = source.start_line + held[0]
                yield Case("with its lines", quote.text, source.id, (line, line + 1))
                at = source.start_line + self.chance.choice(others)
                first, last = (at - 1, at) if at < line else (at, at + 1)
                yield Case("lines shifted", quote.text, source.id, (first, last))
                return

    def blocks(self, source: Source, lines: list[str]) -> Iterator[Case]:
        """Yield what is no sentence: items, rows of tables, code, runs of lines."""
        found = dict(items_of(lines))
        for kind, text in found.items():
            yield Case(kind, text, source.id)
            shown = plain(text.strip())
            if "](" in text and "<" not in text and len(words(shown).split()) >= 5:
                yield Case("links without targets", shown, source.id)
        yield from self.runs(source, lines)

    def runs(self, source: Source, lines: list[str]) -> Iterator[Case]:
        pairs = list(adjacent(lines))
        if pairs:
            text = " ".join(self.chance.choice(pairs))
            if len(words(text).split()) >= 5:
                yield Case("two lines in one", text, source.id)
        shown = write_source(source).split("\n")[2:]
        at = self.chance.randrange(len(shown))
        text = "\n".join(shown[at : at + 2])
        if len(words(text).split()) >= 6:
            yield Case("numbered lines as shown", text, source.id)

    def altered(self, vocabulary: list[str]) -> Iterator[Case]:
        """Yield quotes of which something was changed."""
        for kind, (pattern, change) in CHANGES.items():
            for quote in self.quotes(pattern):
                text = change(quote.text, self.chance, vocabulary)
                if text and not self.stands(text, quote.source):
                    yield Case(kind, text, quote.source.id)
                    break
        yield from self.joined()
        yield from self.spliced()
        for quote in self.quotes():
            number = INVENTED + self.chance.randrange(900)
            yield Case("invented id", quote.text, number)
            break
        for quote in self.quotes():
            other = self.chance.choice(list(self.evidence))
            if not self.stands(quote.text, other):
                yield Case("wrong document", quote.text, other.id)
                break

    def spliced(self) -> Iterator[Case]:
        """Yield the first half of a sentence with the second half of the one after."""
        for quote in self.quotes(r"[.!?]$"):
            text = self._origins[quote.source.id]
            rest = text[text.find(quote.text) + len(quote.text) :].split("\n")[0]
            following = SENTENCE.split(rest.strip())[0].split()
            if not rest.startswith(" ") or len(following) < 8:
                continue
            if following[len(following) // 2 - 1].endswith((".", "!", "?")):
                continue  # a quotation begins a sentence there: it may go on so
            half = quote.text.split()[: len(quote.text.split()) // 2]
            other = following[len(following) // 2 :]
            claim = f"{' '.join(half)} … {' '.join(other)}"
            yield Case("two sentences spliced", claim, quote.source.id)
            return

    def joined(self) -> Iterator[Case]:
        """Yield the first half of one sentence with the second of another."""
        first, second = self.one(), self.one()
        if not first or not second or first.source.id == second.source.id:
            return
        halves = [each.text.split() for each in (first, second)]
        start = halves[0][: len(halves[0]) // 2]
        end = halves[1][len(halves[1]) // 2 :]
        for kind, between in {"joined": " ", "joined by an ellipsis": " … "}.items():
            text = " ".join(start) + between + " ".join(end)
            if not self.stands(text, first.source):
                yield Case(kind, text, first.source.id)


def words(text: str) -> str:
    """Return the words of a text between spaces, apart from the checker's own way."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = " ".join(WORD.findall(folded))
    return f" {found} "


def prose(text: str) -> list[str]:
    """Return the lines of a text that are sentences, without marks of lists."""
    lines = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and not line.lstrip().startswith(("```", "|", "#", "<", "    ")):
            lines.append(ITEM.sub("", line))
    return lines


def adjacent(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the lines of prose that stand below each other, blank lines apart."""
    kept = set(prose("\n".join(lines)))
    filled = [line for line in lines if line.strip()]
    for first, second in itertools.pairwise(filled):
        if {first, second} <= kept:
            yield first, second


def items_of(lines: list[str]) -> Iterator[tuple[str, str]]:
    fenced = False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        if fence or len(words(line).split()) < 5:
            continue
        if fenced and below.strip() and "```" not in below:
            yield "code, two lines", f"{line}\n{below}"
        elif line.lstrip().startswith("|"):
            yield "table row", line
            yield "table row, cells alone", " ".join(line.replace("|", " ").split())
        elif not fenced and ITEM.match(line):
            yield "list item", line
            yield "list item without its mark", ITEM.sub("", line)


def wrap(text: str) -> str:
    """Return a text whose prose is wrapped; long words are parted by a hyphen."""
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        if fenced or line.lstrip().startswith(("```", "|", "#")) or "](" in line:
            lines.append(line)
            continue
        rows = textwrap.wrap(
            line, COLUMNS, break_on_hyphens=False, break_long_words=False
        ) or [""]
        for at in range(len(rows) - 1):
            word, _, rest = rows[at + 1].partition(" ")
            if word.isalpha() and len(word) > 7:
                rows[at] += f" {word[:4]}-"
                rows[at + 1] = f"{word[4:]} {rest}"
        lines += rows
    return "\n".join(lines)


# --- forms of a genuine quote


def typographic(text: str, chance: random.Random) -> str:
    signs = {"'": "’‘'", '"': "“”«»", "-": "–—‑-", "’": "'", "“": '"', "”": '"'}
    signs |= {"–": "-", "—": "-"}
    return "".join(chance.choice(signs.get(sign, sign)) for sign in text)


def spaced(text: str, chance: random.Random) -> str:
    return "".join(
        chance.choice([" ", "  ", "\n", "\t", "\u00a0"]) if sign == " " else sign
        for sign in text
    )


def cased(text: str, chance: random.Random) -> str:
    return chance.choice([str.upper, str.lower, str.title])(text)


def emphasised(text: str, chance: random.Random) -> str:
    parts = text.split(" ")
    at = chance.randrange(len(parts))
    parts[at] = chance.choice(["**{}**", "*{}*", "`{}`", "_{}_"]).format(parts[at])
    return " ".join(parts)


def ellipsis(text: str, chance: random.Random) -> str:
    """Leave words out of the middle, if they do not say what is not."""
    parts = text.split()
    start, end = len(parts) // 3, len(parts) - len(parts) // 3
    left_out = " ".join(parts[start:end])
    if len(parts) < 9 or len(left_out) > 300 or says_no(left_out):
        return text
    sign = chance.choice([" … ", " ... ", "... ", " …"])
    return f"{' '.join(parts[:start])}{sign}{' '.join(parts[end:])}"


def says_no(text: str) -> bool:
    return bool(DENIAL.search(text))


def parted(text: str, chance: random.Random) -> str:
    long = list(re.finditer(r"\b[A-Za-z]{7,}\b", text))
    if not long:
        return text
    at = chance.choice(long).start() + 4
    return f"{text[:at]}-\n{text[at:]}"


FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "sentence": lambda text, _: text,
    "part of a sentence": lambda text, _: " ".join(text.split()[1:-1]),
    "Markdown left out": lambda text, _: text if "<" in text else plain(text),
    "Markdown put in": emphasised,
    "typographic signs": typographic,
    "white space": spaced,
    "case": cased,
    "ellipsis": ellipsis,
    "word parted at a line's end": parted,
}


# --- changes

Change = Callable[[str, random.Random, list[str]], str]


def at_a_word(text: str, chance: random.Random) -> re.Match[str]:
    """Return a word inside, so that what is left is no shorter quote."""
    inside = list(re.finditer(r"(?<=\s)[A-Za-z]{4,}(?=\s)", text))
    return chance.choice(inside)


def put(text: str, found: re.Match[str], new: str) -> str:
    return f"{text[: found.start()]}{new}{text[found.end() :]}"


def change_word(text: str, chance: random.Random, vocabulary: list[str]) -> str:
    return put(text, at_a_word(text, chance), chance.choice(vocabulary))


def change_letter(text: str, chance: random.Random, _: list[str]) -> str:
    found = at_a_word(text, chance)
    word = found[0]
    at = chance.randrange(len(word))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return put(text, found, word[:at] + letter + word[at + 1 :])


def leave_out(text: str, chance: random.Random, _: list[str]) -> str:
    """Leave a word out, unless an ellipsis says so anyway."""
    if re.search(r"\.{3}|…", text):
        return ""
    return put(text, at_a_word(text, chance), "")


def put_in(text: str, chance: random.Random, vocabulary: list[str]) -> str:
    found = at_a_word(text, chance)
    return put(text, found, f"{found[0]} {chance.choice(vocabulary)}")


def swap_words(text: str, chance: random.Random, _: list[str]) -> str:
    parts = text.split()
    at = chance.randrange(1, len(parts) - 2)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return " ".join(parts)


def change_number(text: str, chance: random.Random, _: list[str]) -> str:
    found = chance.choice(list(NUMBER.finditer(text)))
    number = found[0]
    digits = [at for at, sign in enumerate(number) if sign.isdigit()]
    at = chance.choice(digits)
    other = chance.choice([each for each in "0123456789" if each != number[at]])
    changed = number[:at] + other + number[at + 1 :]
    new = chance.choice([changed, changed, number + other, number[:-1] + other + other])
    return put(text, found, new) if new != number else ""


def negate(text: str, chance: random.Random, _: list[str]) -> str:
    found = chance.choice(list(AUXILIARY.finditer(text)))
    return put(text, found, f"{found[0]} not")


def affirm(text: str, chance: random.Random, _: list[str]) -> str:
    return put(text, chance.choice(list(NEGATION.finditer(text))), "")


def turn_to_opposite(text: str, chance: random.Random, _: list[str]) -> str:
    found = chance.choice(list(re.finditer(OPPOSITE_PATTERN, text)))
    return put(text, found, OPPOSITE[found[0]])


def swap_names(text: str, chance: random.Random, _: list[str]) -> str:
    names = {found[0]: found for found in NAME.finditer(text)}
    if len(names) < 2:
        return ""
    first, second = sorted(
        chance.sample(list(names.values()), 2), key=lambda each: each.start()
    )
    between = text[first.end() : second.start()]
    return (
        f"{text[: first.start()]}{second[0]}{between}{first[0]}{text[second.end() :]}"
    )


OPPOSITE_PATTERN = rf"(?<=\s)(?:{'|'.join(OPPOSITE)})(?=\s)"
INNER = r"\s[A-Za-z]{4,}\s"
CHANGES: dict[str, tuple[str, Change]] = {
    "word changed": (INNER, change_word),
    "letter changed": (INNER, change_letter),
    "word left out": (INNER, leave_out),
    "word put in": (INNER, put_in),
    "neighbours swapped": ("", swap_words),
    "number changed": (r"\d", change_number),
    "negation put in": (AUXILIARY.pattern, negate),
    "negation left out": (NEGATION.pattern, affirm),
    "opposite word": (OPPOSITE_PATTERN, turn_to_opposite),
    "names swapped": (NAME.pattern, swap_names),
}
POINTERS = ("wrong document", "invented id", "lines shifted")
"""The quote itself is genuine there."""
ALTERED = (*CHANGES, "joined", "joined by an ellipsis", "two sentences spliced")
