"""What recording adds to the first chunk of a stream, beside a bare client.

    python tests/benchmarks/tapes.py

A server in another process streams thirty chunks to the same client, bare and
recorded; they take turns, so that they meet the same noise, and each begins half of
the rounds. The median of the differences within a round is what recording adds; the
bound of the project is 1 ms.
"""

import asyncio
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter

import httpx2

from agent.recording.transports import RecordingTransport

ROUNDS = 300
WARM = 20
MOST_MS = 1.0
ASKED = {"model": "m", "messages": [{"role": "user", "content": "word " * 4_000}]}
CHUNK = b'data: {"choices": [{"delta": {"content": "word "}}]}\n\n'


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for _ in range(30):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK))
        self.wfile.write(b"0\r\n\r\n")


def _serve() -> None:
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(http.server_port, flush=True)
    http.serve_forever()


@contextmanager
def _served() -> Iterator[str]:
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            yield f"http://127.0.0.1:{port}/v1/chat/completions"
        finally:
            server.terminate()


async def _first_ms(client: httpx2.AsyncClient, url: str) -> float:
    began = perf_counter()
    async with client.stream("POST", url, json=ASKED) as response:
        pieces = response.aiter_raw()
        await anext(pieces)
        first = 1000 * (perf_counter() - began)
        async for _ in pieces:
            continue
    return first


async def _compare(url: str) -> tuple[list[float], list[float]]:
    recorder = RecordingTransport(httpx2.AsyncHTTPTransport())
    bare: list[float] = []
    recorded: list[float] = []
    async with (
        httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport()) as plain,
        httpx2.AsyncClient(transport=recorder) as taped,
    ):
        for number in range(WARM + ROUNDS):
            pairs = [(plain, bare), (taped, recorded)]
            for client, times in pairs if number % 2 else reversed(pairs):
                times.append(await _first_ms(client, url))
    return bare[WARM:], recorded[WARM:]


def main() -> int:
    """Print the medians, and return 1 if recording adds more than it may."""
    with _served() as url:
        bare, recorded = asyncio.run(_compare(url))
    without, taped = statistics.median(bare), statistics.median(recorded)
    added = statistics.median(b - a for a, b in zip(bare, recorded, strict=True))
    print(f"first chunk, median of {ROUNDS}: bare {without:.3f} ms")
    print(f"recorded {taped:.3f} ms, {taped / without:.2f} times")
    print(f"recording adds {added:.3f} ms; it may add {MOST_MS:.0f} ms")
    return int(added > MOST_MS)


if __name__ == "__main__":
    if "--serve" in sys.argv:
        _serve()
    raise SystemExit(main())
