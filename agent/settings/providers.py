"""The servers of gpt-oss that Citeloop knows by name: one table.

It lies beside the settings, which take these names and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["PROVIDERS", "Provider"]


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
