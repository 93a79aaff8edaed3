"""Whether prompts have changed since a tape was made."""

import hashlib

from agent.recording.tape import Header
from prompts import Prompt, source_of

__all__ = ["changed_prompts", "prompt_hashes"]

_LENGTH = 16
"""Hex digits of a hash: enough to tell versions of one file apart."""


def prompt_hashes() -> dict[str, str]:
    """Return the hash of each prompt as it is now, by its name."""
    return {each.value: _hash(source_of(each)) for each in Prompt}


def changed_prompts(header: Header) -> list[str]:
    """Return the prompts that a tape was made with otherwise."""
    now = prompt_hashes()
    return [
        f"the prompt {name}"
        for name, value in header.prompts.items()
        if now.get(name) != value
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
