"""What a question names, looked for in the passages that its answer cites.

A small model answers a question about release 3.2.2 with a true sentence about another
one, and a question about Windows with what holds on Linux. Its quote bears the sentence
out; that it is no answer shows in what the question names and the passage does not.
"""

from collections.abc import Iterable, Sequence

from tools.evidence.evidence import Source
from tools.grounding.citation import Citation
from tools.grounding.values.support import unsupported_values

__all__ = ["cited_sources", "find_unnamed"]

_COMMON = 0.5
"""The share of the documents seen from which on a name is what the library is about:
a page about Milvus need not say so in each passage."""


def find_unnamed(
    question: str, cited: Sequence[Source], evidence: Iterable[Source]
) -> tuple[str, ...]:
    """Return the names, numbers and dates of a question that no cited passage holds.

    Args:
        question: As it was asked, in English.
        cited: The passages that its answer cites, one at least.
        evidence: All that was seen.
    """
    texts = [_said(each) for each in cited]
    seen = list(evidence)
    missing = unsupported_values(question, texts, " ".join(texts))
    return tuple(each.text for each in missing if not _is_common(each.text, seen))


def cited_sources(
    citations: Sequence[Citation], evidence: Iterable[Source]
) -> list[Source]:
    """Return the passages that some citations point into."""
    return [each for each in evidence if any(_is_cited(each, c) for c in citations)]


def _is_cited(source: Source, citation: Citation) -> bool:
    if source.document != citation.document or citation.start_line is None:
        return False
    return source.start_line <= citation.start_line <= source.end_line


def _said(source: Source) -> str:
    """Return a passage with what it stands under."""
    return "\n".join([source.document, source.title, source.heading, source.text])


def _is_common(name: str, seen: Sequence[Source]) -> bool:
    """Whether a name stands in at least half of the documents, and in two.

    No number does: each of two releases may stand on every page.
    """
    if any(sign.isdigit() for sign in name):
        return False
    word = name.casefold()
    held = {each.document for each in seen if word in _said(each).casefold()}
    documents = {each.document for each in seen}
    return len(held) >= max(2, _COMMON * len(documents))
