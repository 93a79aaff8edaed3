"""The servers of gpt-oss that Citeloop knows by name, and the endpoint in force."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from tools.errors import CredentialsError, UsageError

if TYPE_CHECKING:
    from agent.settings.settings import Settings

__all__ = [
    "DEFAULT_MODEL",
    "EXTRACTIVE",
    "MAX_WINDOW",
    "PROVIDERS",
    "Endpoint",
    "Profile",
    "known_profile",
    "profile_from_answer",
    "profile_from_list",
    "resolve_endpoint",
    "resolve_endpoints",
]

DEFAULT_MODEL = "gpt-oss-20b"
MAX_WINDOW = 131_072
"""Tokens that gpt-oss can read and write (its model card)."""
_NO_LETTER = re.compile(r"[\W_]+")
EXTRACTIVE = "extractive"
"""The model without a network, by which Citeloop works out of the box."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider is, and what it calls the two models."""

    base_url: str
    models: dict[str, str]
    """The provider's name of `gpt-oss-20b` and `gpt-oss-120b`."""
    key_variable: str | None = None
    """The environment variable that its users keep their key in."""
    owner: str | None = None
    """What stands in `owned_by` of `/v1/models`, and gives a server away."""
    header: str | None = None
    """What its header `server` begins with."""
    fingerprint: str | None = None
    """What `system_fingerprint` of an answer begins with."""
    effort_in_template: bool = False
    """Whether the reasoning effort has to go through `chat_template_kwargs`, too."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What every request has besides."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the server at an endpoint; for an unknown one, nothing."""

    name: str | None = None
    """Its name among the providers."""
    window: int | None = None
    """Tokens that the model can read and write there, if it says so."""

    @property
    def provider(self) -> Provider | None:
        """How that server differs."""
        return PROVIDERS.get(self.name or "")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server, and the model to ask there."""

    base_url: str
    model: str
    api_key: SecretStr | None

    @property
    def is_gpt_oss(self) -> bool:
        """Whether the model's name says that it is a gpt-oss."""
        return "gptoss" in _NO_LETTER.sub("", self.model.casefold())


def _named(twenty: str, hundred_twenty: str) -> dict[str, str]:
    return {"gpt-oss-20b": twenty, "gpt-oss-120b": hundred_twenty}


_OPENAI_NAMES = _named("openai/gpt-oss-20b", "openai/gpt-oss-120b")

PROVIDERS = {
    "openrouter": Provider(
        "https://openrouter.ai/api/v1",
        _OPENAI_NAMES,
        "OPENROUTER_API_KEY",
        # Without it OpenRouter drops parameters that a provider does not take.
        extra={"provider": {"require_parameters": True}},
    ),
    "ollama": Provider(
        "http://localhost:11434/v1",
        _named("gpt-oss:20b", "gpt-oss:120b"),
        owner="library",
        fingerprint="fp_ollama",
    ),
    "vllm": Provider("http://localhost:8000/v1", _OPENAI_NAMES, owner="vllm"),
    "lmstudio": Provider(
        "http://localhost:1234/v1", _OPENAI_NAMES, owner="organization_owner"
    ),
    "llamacpp": Provider(
        "http://localhost:8080/v1",
        _named("gpt-oss-20b", "gpt-oss-120b"),
        owner="llamacpp",
        header="llama.cpp",
        # Builds of 2025 read the effort there alone (llama.cpp, discussion 15396).
        effort_in_template=True,
    ),
    "groq": Provider("https://api.groq.com/openai/v1", _OPENAI_NAMES, "GROQ_API_KEY"),
    "together": Provider(
        "https://api.together.xyz/v1", _OPENAI_NAMES, "TOGETHER_API_KEY"
    ),
}
"""All that differs from server to server, for those that are known by name."""
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


def resolve_endpoint(settings: "Settings") -> Endpoint | None:
    """Return the endpoint that is asked first; None means the extractive model.

    Raises:
        UsageError: a model is named, but no server to find it at.
        CredentialsError: the provider needs a key and none is set.
    """
    return resolve_endpoints(settings)[0]


def resolve_endpoints(settings: "Settings") -> list[Endpoint | None]:
    """Return all endpoints in the order in which they are asked, each once.

    Raises:
        UsageError: a model is named, but no server to find it at.
        CredentialsError: a provider needs a key and none is set.
    """
    found = [_resolve(settings)] if settings.model or not settings.models else []
    found += [_resolve(_entry(each, settings)) for each in settings.models]
    return list(dict.fromkeys(found))


def _entry(text: str, settings: "Settings") -> "Settings":
    """Return the settings with what one entry of `models` puts in place of theirs."""
    address, _, name = text.rpartition(" ")
    provider, _, rest = text.partition(":")
    if address.strip().startswith(("http://", "https://")):
        own = _host(address) == _host(settings.base_url or "")
        place = {"base_url": address.strip().rstrip("/"), "provider": None}
    elif provider in PROVIDERS and rest:
        name, own = rest, provider == settings.provider
        place = {"provider": provider, "base_url": None}
    else:
        return settings.model_copy(update={"model": text})
    key = settings.api_key if own else None  # a key goes to its own server alone
    return settings.model_copy(update={**place, "model": name, "api_key": key})


def _resolve(settings: "Settings") -> Endpoint | None:
    if settings.model == EXTRACTIVE:
        return None
    provider = PROVIDERS.get(settings.provider or "") or _at(settings.base_url)
    base_url = settings.base_url or (provider.base_url if provider else None)
    if base_url is None:
        if settings.model:
            raise UsageError(
                f"No server is set for the model {settings.model}: add --base-url "
                "or --provider (openrouter, ollama, vllm, lmstudio, llamacpp…)."
            )
        return None
    wanted = settings.model or DEFAULT_MODEL
    model = provider.models.get(wanted, wanted) if provider else wanted
    return Endpoint(base_url, model, _key(settings, provider))


def _at(base_url: str | None) -> Provider | None:
    found = (each for each in PROVIDERS.values() if each.base_url == base_url)
    return next(found, None)


def _host(address: str) -> str | None:
    return urlsplit(address).hostname


def _key(settings: "Settings", provider: Provider | None) -> SecretStr | None:
    if settings.api_key or provider is None or provider.key_variable is None:
        return settings.api_key
    if settings.base_url and _host(settings.base_url) != _host(provider.base_url):
        return None  # a provider's key goes to that provider alone
    value = os.environ.get(provider.key_variable, "").strip()
    if not value:
        raise CredentialsError(
            f"{provider.base_url} needs a key: set {provider.key_variable} "
            "or CITELOOP_API_KEY."
        )
    return SecretStr(value)
