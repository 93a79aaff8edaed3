"""A server whose model answers a question, and reads its own answer as a checker."""

import json
import re
from collections.abc import Callable
from typing import Any

from agent.testing.servers.chat_server import Turn
from tests.fakes.checkers import FAR, SEALED

__all__ = ["Model", "entry", "is_checking", "readings"]

QUESTION = "What seals a growing segment?"
_PAIR = re.compile(r"^\[(\d+)\] Sentence:\n (.*)\nQuotes:\n((?: .*\n?)*)", re.MULTILINE)


def is_checking(request: dict[str, Any]) -> bool:
    """Whether a request asks to read pairs."""
    return "numbered pairs" in request["messages"][0]["content"]


def pairs_in(request: dict[str, Any]) -> dict[str, int]:
    """Return the sentences of a request that asks to read, each with its number."""
    text = request["messages"][-1]["content"]
    return {found[2]: int(found[1]) for found in _PAIR.finditer(text)}


def entry(number: int, says: str = "states", words: str = "growing segment") -> Any:
    return {"number": number, "words": words, "says": says}


def readings(*entries: Any) -> Turn:
    return Turn(content=json.dumps({"readings": entries}))


def all_stated(request: dict[str, Any]) -> Turn:
    return readings(*(entry(number) for number in pairs_in(request).values()))


class Model:
    """Searches, answers with some sentences, and reads them as a function says."""

    def __init__(
        self,
        *sentences: str,
        read: Callable[[dict[str, Any]], Turn] = all_stated,
        cost: float | None = None,
    ) -> None:
        self._answer = " ".join(f"{each} [1]." for each in sentences or (FAR,))
        self._read = read
        self._cost = cost
        self.checks: list[dict[str, Any]] = []
        """The requests that asked to read."""

    def __call__(self, request: dict[str, Any]) -> Turn:
        if is_checking(request):
            self.checks.append(request)
            return self._read(request)
        if request["messages"][-1]["role"] == "user" and len(request["messages"]) < 3:
            return Turn([("search", {"query": QUESTION})], cost=self._cost)
        quotes = [{"source": 1, "quote": SEALED}]
        given = {"answer": self._answer, "citations": quotes}
        return Turn([("final_answer", given)], cost=self._cost)
