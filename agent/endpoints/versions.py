"""Which version of itself a server says it is."""

import asyncio
from typing import Any
from urllib.parse import urljoin

import httpx2
import openai

from agent.endpoints.profiles import Profile
from tools.errors import CiteloopError

__all__ = ["server_version"]

_SECONDS = 2.0
_PLACES = {
    "llamacpp": ("/props", "build_info"),
    "ollama": ("/api/version", "version"),
    "vllm": ("/version", "version"),
}
"""Where servers say it, and under which key: none of the hosted ones does."""


async def server_version(profile: Profile, client: openai.AsyncOpenAI) -> str | None:
    """Return a server's version; None where it says none, or not in a moment."""
    place = _PLACES.get(profile.name or "")
    if place is None:
        return None
    address, key = place
    at_root = client.with_options(base_url=urljoin(str(client.base_url), "/"))
    try:
        async with asyncio.timeout(_SECONDS):
            said: Any = await at_root.get(address, cast_to=object)
    except (
        CiteloopError,  # a page in place of an answer is refused as one
        openai.OpenAIError,
        httpx2.HTTPError,
        TimeoutError,
        ValueError,
    ):
        return None
    version = said.get(key) if isinstance(said, dict) else None
    return str(version)[:80] if version else None
