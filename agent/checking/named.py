"""Whom the setting `checker` names."""

from pathlib import Path
from typing import TYPE_CHECKING

from agent.endpoints.endpoint import Endpoint
from agent.endpoints.resolving import resolve_named
from agent.settings.providers import PROVIDERS
from agent.settings.settings import Settings
from tools.errors import UsageError

if TYPE_CHECKING:
    from tools.entailment.checker import EntailmentChecker

__all__ = ["AUTO", "NOBODY", "named_checker"]

AUTO = "auto"
"""The connected model, or nobody."""
NOBODY = "none"


def named_checker(settings: Settings) -> "EntailmentChecker | Endpoint | None":
    """Return the checker that the settings name, None for `auto` and `none`.

    Raises:
        UsageError: it is no provider's model, nor the folder of a model of inference.
        CredentialsError: its provider needs a key and none is set.
    """
    name = settings.checker
    if name in {AUTO, NOBODY}:
        return None
    provider, _, model = name.partition(":")
    if (provider in PROVIDERS and model) or _names_address(name):
        return resolve_named(name, settings)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f'There is no folder "{name}" to take the checker from. The setting '
            'checker is auto, none, PROVIDER:NAME, "URL NAME", or the folder of a '
            "model of inference."
        )
    from tools.entailment.checker import EntailmentChecker

    return EntailmentChecker(folder)


def _names_address(name: str) -> bool:
    """Whether a name has the form `URL NAME`."""
    address, _, model = name.rpartition(" ")
    return bool(model) and address.strip().startswith(("http://", "https://"))
