"""An OpenAI-compatible server, and the model to ask there."""

import re
from dataclasses import dataclass

from pydantic import SecretStr

__all__ = ["DEFAULT_MODEL", "EXTRACTIVE", "Endpoint"]

DEFAULT_MODEL = "gpt-oss-20b"
_NO_LETTER = re.compile(r"[\W_]+")
EXTRACTIVE = "extractive"
"""The model without a network, by which Citeloop works out of the box."""


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
