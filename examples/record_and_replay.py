"""Record what a server sends, and play it again without the server.

    python examples/record_and_replay.py

The server is in memory, so no network, model or key takes part.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from agent.recording.session import TapeSession

AT = "http://127.0.0.1/v1/chat/completions"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "Is it lit?"}]}
SAID = {"choices": [{"message": {"content": "It is."}, "finish_reason": "stop"}]}


def server() -> httpx2.AsyncBaseTransport:
    """Say the same to everybody."""
    return httpx2.MockTransport(lambda _: httpx2.Response(200, json=SAID))


async def ask(tape: TapeSession) -> str:
    """Ask over a tape."""
    async with httpx2.AsyncClient(transport=tape.transport()) as client:
        return (await client.post(AT, json=ASKED)).text


with TemporaryDirectory() as folder:
    path = Path(folder, "lit.tape")
    recorded = TapeSession(path, "all", network=server)
    said = asyncio.run(ask(recorded))
    recorded.save()
    played = TapeSession(path, "none")
    print(asyncio.run(ask(played)) == said)
    played.require_played()
    print(path.read_text())
