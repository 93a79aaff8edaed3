"""Finished answers over `examples/docs`, made without a question being worked on."""

from typing import Any

from agent.answer import Answer, Usage
from tools.documents.passage import Hit, Passage
from tools.grounding.citation import Citation, Verdict
from tools.verification.answers import Verification
from tools.verification.reopening import Reopening

QUOTE = "HNSW stands for hierarchical navigable small world and is a graph index."
CITATION = Citation(
    id=1,
    document="hnsw.md",
    title="HNSW",
    start_line=3,
    end_line=3,
    quote=QUOTE,
    verdict=Verdict.EXACT,
    claim=QUOTE,
)
REOPENED = Reopening(CITATION, "unchanged", 3, 3, ((2, ""), (3, QUOTE), (4, "More.")))


def answered(**changed: Any) -> Answer:
    """Return an answer that is grounded, with what is given put into it."""
    given: dict[str, Any] = {
        "run": "20261125-120000-ab12.1",
        "question": "What is HNSW?",
        "answer": "A **graph** index [1].",
        "answered": True,
        "citations": (CITATION,),
        "grounded": True,
        "stop_reason": "answered",
        "model": "gpt-oss-20b",
        "depth": "medium",
        "turns": 2,
        "trajectory": (),
        "usage": Usage(),
        "seconds": 1.5,
    }
    return Answer(**given | changed)


def checked(**changed: Any) -> Verification:
    """Return an answer of another system that was checked and holds."""
    given: dict[str, Any] = {
        "answer": "A **graph** index [1].",
        "citations": (CITATION,),
        "sentences": (),
        "grounded": True,
        "problems": (),
    }
    return Verification(**given | changed)


def hit(text: str = QUOTE) -> Hit:
    """Return a passage that a search found."""
    passage = Passage("hnsw.md", "HNSW", "HNSW", 0, 1, 3, 3, text)
    return Hit(passage, 0.123456789, 0.5)
