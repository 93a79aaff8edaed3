"""Checks an answer that any system wrote, against passages or against a library."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.documents.passage import join_passages
from tools.evidence.evidence import Evidence, Source
from tools.grounding.citation import (
    CheckedSentence,
    Citation,
    Draft,
    DraftCitation,
    Verdict,
    read_texts,
)
from tools.grounding.remarks import without_remarks
from tools.grounding.resolving import resolve
from tools.grounding.support.finding import Pair, Reading, Support
from tools.library.library import Library
from tools.text.clean import scalar

__all__ = ["CitedPassage", "GivenAnswer", "Verification", "verify", "verify_in_library"]

Read = Callable[[Sequence[Pair]], Mapping[Pair, Reading]]
"""Returns what a checker says of sentences and what they cite."""
_SEARCHED = 5
"""Passages that are looked at for a quote that does not stand where it points."""


class CitedPassage(BaseModel):
    """A passage that an answer may cite: consecutive lines of a document."""

    model_config = ConfigDict(frozen=True)

    document: str
    text: str
    title: str = ""
    start_line: int = Field(default=1, ge=1, description="1-based, of the document.")


class GivenCitation(BaseModel):
    """A citation of an answer file; Citeloop's own answers have this form."""

    model_config = ConfigDict(frozen=True)

    id: int | None = Field(default=None, description="By default its place, from 1.")
    document: str | None = None
    claim: str = Field(default="", description="What is said to stand there.")
    quote: str = Field(default="", description="The same, where there is no claim.")
    start_line: int | None = Field(default=None, ge=1)
    end_line: int | None = Field(default=None, ge=1)
    attached_by: str | None = Field(
        default=None, description="Then its claim is no quote: its sentence is checked."
    )

    def holds(self, line: int) -> bool:
        """Whether a line is one of those that it names; it may name all."""
        after = self.start_line is None or self.start_line <= line
        return after and (self.end_line is None or line <= self.end_line)


def _own_texts(given: Any) -> Any:
    """Return texts; what another system means by the word is nothing to us."""
    several = given if isinstance(given, list | tuple) else [given]
    return read_texts([each for each in several if isinstance(each, str)])


class GivenAnswer(BaseModel):
    """An answer as a file holds it, of Citeloop or of another system."""

    model_config = ConfigDict(frozen=True)

    answer: str
    question: str = ""
    answered: bool = True
    missing: Annotated[tuple[str, ...], BeforeValidator(_own_texts)] = ()
    citations: tuple[GivenCitation, ...] = ()
    passages: tuple[CitedPassage, ...] = Field(
        default=(), description="What `[1]` counts, if not the citations."
    )


class Verification(BaseModel):
    """What the check of an answer found."""

    model_config = ConfigDict(
        frozen=True, serialize_by_alias=True, validate_by_name=True
    )

    schema_version: Literal["citeloop.verification/1"] = Field(
        default="citeloop.verification/1", alias="schema"
    )
    answer: str = Field(description="With remarks behind what is not borne out.")
    missing: tuple[str, ...] = Field(
        default=(), description="What it says the documents do not answer; unchecked."
    )
    citations: tuple[Citation, ...]
    sentences: tuple[CheckedSentence, ...]
    grounded: bool = Field(
        description="Every sentence that states a fact is `stated` or `close`, and no "
        "citation is worse than `paraphrased`."
    )
    verified: float | None = Field(
        default=None,
        description="The share of the sentences that are `stated` or `close`, from 0 "
        "to 1; null where none states a fact.",
    )
    problems: tuple[str, ...] = Field(description="Why it is not, in words.")


def verify(
    answer: str,
    passages: Iterable[CitedPassage],
    quotes: Sequence[DraftCitation] = (),
    *,
    question: str = "",
    strict: bool = False,
) -> Verification:
    """Check an answer against the passages that it cites; no model takes part.

    No citation is attached here: it is the answer's own that are judged.

    Args:
        answer: Markdown; `[1]`, or `【1†L3-L4】`, points to the first passage.
        passages: What the answer was written from, in the order of its marks.
        quotes: Words that are said to stand in a passage, which is named by its number.
            A mark of a passage that has no quote is checked by its sentence.
        question: Names that it holds need no source.
        strict: Whether each sentence must stand in what it cites in its own words.
    """
    evidence = Evidence(
        _source(number, each.document, each.title, each.start_line, each.text)
        for number, each in enumerate(passages, 1)
    )
    draft = Draft(answer=without_remarks(answer), citations=tuple(quotes))
    return _verified(draft, evidence, question, strict=strict)


def verify_in_library(
    given: GivenAnswer,
    library: Library,
    *,
    strict: bool = False,
    read: Read | None = None,
) -> Verification:
    """Check an answer against the documents of a library.

    A citation is `exact` if its words stand in the lines that it names, or anywhere in
    its document if it names none. What is not found there is searched for in the rest
    of the library.

    Args:
        given: The answer.
        library: What it is said to come from.
        strict: Whether each sentence must stand in what it cites in its own words.
        read: Asked once if a sentence is unclear; None for the rules alone.

    Raises:
        LibraryError: the library failed.
    """
    quotes = [
        DraftCitation(source=each.id or place, quote=each.claim or each.quote)
        for place, each in enumerate(given.citations, 1)
        if (each.claim or each.quote) and not each.attached_by
    ]
    draft = Draft(
        # An answer of ours comes with its own.
        answer=without_remarks(given.answer),
        answered=given.answered,
        citations=tuple(quotes),
        missing=given.missing,
    )
    sources = list(_cited(given, library))
    found = resolve(draft, Evidence(sources), given.question, attach=False)
    lost = [each for each in found.citations if each.verdict is Verdict.FABRICATED]
    if lost:
        sources += _found_elsewhere(lost, sources, library)
    return _verified(draft, Evidence(sources), given.question, strict=strict, read=read)


def _found_elsewhere(
    lost: Sequence[Citation], sources: Sequence[Source], library: Library
) -> Iterator[Source]:
    """Yield the documents that quotes are found in which no source holds."""
    hits = library.search([each.claim for each in lost], _SEARCHED)
    names = dict.fromkeys(hit.passage.document for several in hits for hit in several)
    known = {source.document for source in sources}
    numbers = count(1 + max((source.id for source in sources), default=0))
    for name in names:
        if name not in known:
            yield from _document(name, library, numbers)


def _verified(
    draft: Draft,
    evidence: Evidence,
    question: str,
    *,
    strict: bool = False,
    read: Read | None = None,
) -> Verification:
    check = partial(resolve, draft, evidence, question, attach=False, strict=strict)
    resolved = check()
    unclear = any(each.support is Support.UNCLEAR for each in resolved.sentences)
    if read is not None and unclear:
        resolved = check(readings=read(resolved.pairs))
    return Verification(
        answer=resolved.answer,
        missing=draft.missing,
        citations=resolved.citations,
        sentences=resolved.sentences,
        grounded=resolved.grounded,
        verified=resolved.verified,
        problems=resolved.problems,
    )


def _cited(given: GivenAnswer, library: Library) -> Iterator[Source]:
    """Yield what each citation names, then the documents around it."""
    if given.passages:
        for number, each in enumerate(given.passages, 1):
            yield _source(number, each.document, each.title, each.start_line, each.text)
        return
    highest = max((each.id or 0 for each in given.citations), default=0)
    numbers = count(1 + max(highest, len(given.citations)))
    around: dict[str, None] = {}
    for place, citation in enumerate(given.citations, 1):
        if citation.document is None:
            continue
        passages = library.passages(citation.document)
        kept = [line for line in join_passages(passages) if citation.holds(line[0])]
        if kept:
            text = "\n".join(text for _, text in kept)
            number = citation.id or place
            title = passages[0].title
            yield _source(number, citation.document, title, kept[0][0], text)
        around[citation.document] = None
    for document in around:
        yield from _document(document, library, numbers)


def _document(name: str, library: Library, numbers: Iterator[int]) -> Iterator[Source]:
    """Yield the whole text of a document, in pieces where lines of it are not kept."""
    passages = library.passages(name)
    title = passages[0].title if passages else ""
    piece: list[tuple[int, str]] = []
    for number, line in [*join_passages(passages), (0, "")]:
        if piece and number != piece[-1][0] + 1:
            text = "\n".join(text for _, text in piece)
            yield _source(next(numbers), name, title, piece[0][0], text)
            piece = []
        piece.append((number, line))


def _source(number: int, document: str, title: str, start: int, text: str) -> Source:
    body = scalar(text).rstrip("\n")
    return Source(
        id=number,
        document=scalar(document),
        title=scalar(title),
        heading="",
        start_line=start,
        end_line=start + body.count("\n"),
        text=body,
    )
