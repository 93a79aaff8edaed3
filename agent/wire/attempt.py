"""One attempt at a turn: read, repaired, judged, and shown as far as it may be."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import httpx2
import openai

from agent.endpoints.statuses import error_status, is_garbled
from agent.events.events import Repaired, TextReplaced
from agent.events.hearing import report
from agent.wire.assembly import Assembler, Delta
from agent.wire.reading import Reader, too_long
from agent.wire.repairs.in_order import repair
from agent.wire.request import Request
from agent.wire.showing import Curtain, Tokens
from agent.wire.turns.turn import Turn
from agent.wire.verdict import Fault, find_fault
from tools.errors import ModelError

__all__ = ["MAX_CHARACTERS", "Attempt"]

MAX_CHARACTERS = 2 * 2**20
"""Of a turn's text, reasoning and arguments: 16 for each of the 131,072 tokens that
gpt-oss can write (its model card); English has about four."""


class Attempt:
    """What a server answers to a request, and whether it can be used."""

    def __init__(
        self, reader: Reader, request: Request, after: Fault | None = None
    ) -> None:
        """Begin an attempt.

        Args:
            reader: Asks the server.
            request: What it is asked.
            after: What was wrong with the attempt before.
        """
        self.turn = Turn()
        """Whole once `deltas` is at its end."""
        self.fault: Fault | None = None
        """What makes the turn unusable; None if it can be used."""
        self._reader = reader
        self._request = request
        self._after = after
        self._curtain = Curtain()
        self._thought = Tokens()

    async def deltas(self) -> AsyncGenerator[Delta]:
        """Yield what can be shown of a stream, and nothing of a whole response.

        Raises:
            openai.APIError: the request failed, or the provider in its answer.
            ModelError: a deadline passed.
            UsageError: what answers there is no API.
        """
        try:
            async with aclosing(self._read()) as deltas:
                async for delta in deltas:
                    yield delta
        except openai.APIStatusError as error:
            room = self._after is not None and self._after.needs_room
            if not room or error.status_code not in {400, 422} or is_garbled(error):
                raise
            self.fault = self._after  # the server has no larger output budget
            return
        self.fault = find_fault(self.turn, self._request.known_tools)
        if self.fault is not None:
            self._retract(self.fault.said)
            return
        for each in self.turn.repairs:
            report(Repaired(each))
        rest = self._rest() if self._request.streamed else None
        if rest is not None:
            yield rest

    async def _read(self) -> AsyncGenerator[Delta]:
        assembler = Assembler()
        async with aclosing(self._reader.read(self._request)) as several:
            async for payloads in several:
                came = [assembler.add(payload) for payload in payloads]
                if assembler.size > MAX_CHARACTERS:
                    raise too_long(self._reader.host, f"{MAX_CHARACTERS:,} characters")
                if self._request.streamed and (delta := self._uncover(came)):
                    yield delta
        turn = assembler.turn()
        if turn.error is not None:
            raise _provider_error(turn.error, self._reader)
        if assembler.form is not None and not turn.finish:
            raise _foreign(assembler.form, self._reader.host)
        self.turn = repair(turn, self._request.tools, self._request.taken)

    def _uncover(self, came: list[Delta]) -> Delta | None:
        """Return what can be shown now that some deltas came together."""
        reasoning = "".join(each.reasoning for each in came)
        text = "".join(each.text for each in came)
        delta = Delta(
            self._thought.let_through(reasoning) if reasoning else "",
            self._curtain.let_through(text) if text else "",
        )
        return delta if delta.reasoning or delta.text else None

    def _rest(self) -> Delta | None:
        """Return what is to be shown still of a turn that can be used."""
        rest = self._curtain.settle(self.turn.text)
        if rest is None:
            self._retract("it is not what the turn says in the end")
            rest = self.turn.text
        delta = Delta(self._thought.end(), rest)
        return delta if delta.reasoning or delta.text else None

    def _retract(self, reason: str) -> None:
        """Say that the text that was shown does not hold, if any was."""
        if self._curtain.shown:
            report(TextReplaced(reason))


def _foreign(form: str, host: str) -> ModelError:
    return ModelError(
        f"{host} answers in the form of {form}, not in that of chat completions. "
        "Set --base-url to the address of its chat completions (often it ends in /v1)."
    )


def _provider_error(error: Mapping[str, Any], reader: Reader) -> openai.APIError:
    """Return the failure that a response of status 200 holds, as if by its status."""
    response = httpx2.Response(
        error_status({"error": error}) or 502,
        json={"error": dict(error)},
        request=httpx2.Request("POST", reader.client.base_url),
    )
    message = str(error.get("message") or error)
    return openai.APIStatusError(message, response=response, body=dict(error))
