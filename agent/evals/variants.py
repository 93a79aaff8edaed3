"""The ways of answering that a suite is asked in: settings under a name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from agent.evals.results import VariantSettings
from agent.settings.settings import Settings
from tools.errors import UsageError

__all__ = ["Variant", "read_variants"]

_OPENING = (
    "library", "analyzer", "embedder", "embedder_base_url", "embedder_weights",
    "reranker", "reranker_base_url",
)  # fmt: skip
"""Settings that say which library is opened, and how."""
_BEARING = (
    "base_url", "provider", "model", "models", "depth", "mode", "checker", "strict",
    "effort", "max_turns", "max_tool_calls", "max_tokens", "max_seconds", "max_cost",
    "turn_seconds", "context_window", "prefetch", "stream", "library", "embedder",
    "embedder_base_url", "reranker", "reranker_base_url", "analyzer",
)  # fmt: skip
"""Settings that bear upon an answer, and hold no key."""
_DEFAULT = "as set"
"""The name of the settings in force, where nothing is compared."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of answering."""

    name: str
    settings: Settings

    @property
    def opening(self) -> tuple[str, ...]:
        """What two variants have in common that can share an open library."""
        return tuple(repr(getattr(self.settings, name)) for name in _OPENING)

    @property
    def kept(self) -> VariantSettings:
        """What a file of results says of it."""
        shown = self.settings.model_dump(mode="json", include=set(_BEARING))
        settings: dict[str, JsonValue] = {
            name: value for name, value in shown.items() if value not in (None, [])
        }
        return VariantSettings(name=self.name, settings=settings)


def read_variants(
    specs: Sequence[str], load: Callable[[Mapping[str, Any]], Settings]
) -> tuple[Variant, ...]:
    """Return what is to be compared; the settings in force alone if nothing is.

    Args:
        specs: Each `NAME=VALUE`, or several of these with commas between them.
        load: Returns the settings in force with some of them replaced.

    Raises:
        UsageError: a spec has another form, names no setting or a key, or is there
            twice; or a value does not fit.
    """
    if not specs:
        return (Variant(_DEFAULT, load({})),)
    repeated = sorted({each for each in specs if specs.count(each) > 1})
    if repeated:
        raise UsageError(f'--compare has "{repeated[0]}" twice.')
    return tuple(Variant(spec, load(dict(_pairs(spec)))) for spec in specs)


def _pairs(spec: str) -> Iterable[tuple[str, str]]:
    for part in spec.split(","):
        name, sign, value = part.partition("=")
        name = name.strip().replace("-", "_")
        if not sign or not value.strip():
            raise UsageError(
                f'--compare "{part}" is not NAME=VALUE, as in --compare depth=low '
                "depth=high, or model=gpt-oss-20b,mode=guided."
            )
        if name not in _BEARING:
            raise UsageError(
                f'--compare "{part}": {name} cannot be compared; {", ".join(_BEARING)} '
                "can."
            )
        yield name, value.strip()
