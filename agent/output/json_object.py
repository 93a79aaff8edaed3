"""JSON: one object a line for each result.

All of it is escaped, so that no control character of a document, a model or a file's
name reaches a terminal.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from tools.errors import ExitCode

if TYPE_CHECKING:
    from agent.answer import Answer
    from tools.documents.passage import Hit
    from tools.verification.answers import Verification
    from tools.verification.reopening import Reopening

__all__ = ["JsonForm"]


class JsonForm:
    """One object a line; it says itself what would be remarked of it."""

    def __init__(self, stream: TextIO) -> None:
        """Write to a stream."""
        self._stream = stream

    def write_answer(self, answer: "Answer | Verification") -> None:
        """Write the object of `citeloop.answer/1`, or `citeloop.verification/1`."""
        self._write(answer.model_dump(mode="json"))

    def write_citation(self, answer: "Answer", found: "Reopening") -> None:
        """Write the object of `citeloop.cited/1`.

        Its `lines` are what stands in the document now, without those around it.
        """
        record = asdict(found)
        record["citation"] = found.citation.model_dump(mode="json")
        record["lines"] = [
            {"line": number, "text": text}
            for number, text in found.lines
            if found.start_line <= number <= found.end_line
        ]
        self._write({"schema": "citeloop.cited/1", "run": answer.run, **record})

    def write_hits(self, query: str, hits: Sequence["Hit"]) -> None:
        """Write a query and what it found."""
        self._write({"query": query, "results": [_record(hit) for hit in hits]})

    def write_hits_of(self, name: str, hits: Sequence["Hit"]) -> None:
        """Write what one of many queries found, under the query's name."""
        self._write({"_id": name, "results": [_record(hit) for hit in hits]})

    def write_failure(self, text: str, code: ExitCode) -> None:
        """Write the object of `citeloop.error/1`."""
        self._write(
            {"schema": "citeloop.error/1", "error": text, "exit_code": int(code)}
        )

    def write_remark(self, text: str) -> None:
        """Write nothing."""

    def _write(self, record: dict[str, Any]) -> None:
        print(json.dumps(record, ensure_ascii=True), file=self._stream)


def _record(hit: "Hit") -> dict[str, Any]:
    passage = hit.passage
    return {
        "document": passage.document,
        "title": passage.title,
        "start_line": passage.start_line,
        "end_line": passage.end_line,
        "score": round(hit.score, 6),
        "text": passage.text,
    }
