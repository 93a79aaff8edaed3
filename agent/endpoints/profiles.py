"""What is known of the server at an endpoint, and how it gives itself away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.endpoints.endpoint import Endpoint
from agent.settings.providers import PROVIDERS, Provider

__all__ = ["Profile", "known_profile", "profile_from_answer", "profile_from_list"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the server at an endpoint; for an unknown one, nothing."""

    name: str | None = None
    """Its name among the providers."""
    window: int | None = None
    """Tokens that the model can read and write there, if it says so."""
    version: str | None = None
    """Of the server, if it says so."""

    @property
    def provider(self) -> Provider | None:
        """How that server differs."""
        return PROVIDERS.get(self.name or "")


_WINDOWS = ("max_model_len", "context_length", "context_window", "max_context_length")
"""How vLLM, OpenRouter and Together, Groq, and LM Studio name a model's window."""


def known_profile(endpoint: Endpoint) -> Profile:
    """Return what the address alone tells."""
    found = (
        name for name, each in PROVIDERS.items() if each.base_url == endpoint.base_url
    )
    return Profile(next(found, None))


def profile_from_list(
    endpoint: Endpoint, models: Iterable[Mapping[str, Any]], header: str
) -> Profile:
    """Return what a list of models tells of the server that sent it.

    Args:
        endpoint: The one that was asked.
        models: The entries of `/v1/models`.
        header: The header `server` of the response.
    """
    entries = list(models)
    owners = {str(each.get("owned_by")) for each in entries}
    found = (
        name
        for name, each in PROVIDERS.items()
        if each.owner in owners or (each.header and header.startswith(each.header))
    )
    entry = next((each for each in entries if each.get("id") == endpoint.model), {})
    name = known_profile(endpoint).name or next(found, None)
    return Profile(name, _window(entry))


def profile_from_answer(profile: Profile, fingerprint: str | None) -> Profile:
    """Return a profile with what the fingerprint of an answer adds to it."""
    found = (
        name
        for name, each in PROVIDERS.items()
        if each.fingerprint and str(fingerprint).startswith(each.fingerprint)
    )
    return replace(profile, name=profile.name or next(found, None))


def _window(entry: Mapping[str, Any]) -> int | None:
    """Return the window that a model's entry names; llama.cpp has it in `meta`."""
    meta = entry.get("meta")
    places = [entry.get(name) for name in _WINDOWS]
    places += [meta.get("n_ctx")] if isinstance(meta, Mapping) else []
    sizes = (each for each in places if isinstance(each, int) and each > 0)
    return next(sizes, None)
