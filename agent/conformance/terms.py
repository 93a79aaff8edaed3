"""What a probe takes, and what says how much."""

from dataclasses import dataclass

__all__ = ["Cost", "Terms"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a check says how much a probe asks."""

    is_gpt_oss: bool = False
    window: int = 16_000
    """Tokens: prompts of the probe of truncation are no longer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a probe takes, one way."""

    requests: int
    """Exactly, of a server that answers; never more of any other."""
    prompt_tokens: int
    """At most, of all requests together."""
    completion_tokens: int
    """At most, by their `max_tokens`."""
