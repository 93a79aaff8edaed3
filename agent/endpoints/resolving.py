"""From the settings to the endpoints that are asked."""

import os
from itertools import islice
from typing import TYPE_CHECKING

from pydantic import SecretStr

from agent.endpoints.endpoint import DEFAULT_MODEL, EXTRACTIVE, Endpoint
from agent.settings.keys import same_origin
from agent.settings.providers import PROVIDERS, Provider
from tools.errors import CredentialsError, UsageError

if TYPE_CHECKING:
    from agent.settings.settings import Settings

__all__ = ["resolve_endpoint", "resolve_endpoints", "resolve_named"]

_NAMED = 5
"""Providers that a message names before it says that there are more."""


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
    found += [resolve_named(each, settings) for each in settings.models]
    return list(dict.fromkeys(found))


def resolve_named(text: str, settings: "Settings") -> Endpoint | None:
    """Return the endpoint that an entry such as `PROVIDER:NAME` names.

    Raises:
        UsageError: a model is named, but no server to find it at.
        CredentialsError: the provider needs a key and none is set.
    """
    return _resolve(_entry(text, settings))


def _entry(text: str, settings: "Settings") -> "Settings":
    """Return the settings with what one entry of `models` puts in place of theirs."""
    address, _, name = text.rpartition(" ")
    provider, _, rest = text.partition(":")
    place: dict[str, str | None]
    if address.strip().startswith(("http://", "https://")):
        address = address.strip().rstrip("/")
        place = {"base_url": address, "provider": None}
    elif provider in PROVIDERS and rest:
        name, address = rest, PROVIDERS[provider].base_url
        place = {"provider": provider, "base_url": None}
    else:
        return settings.model_copy(update={"model": text})
    first = settings.base_url or _address_of(settings.provider)
    # A key goes to the origin that it was set for alone.
    key = settings.api_key if same_origin(address, first) else None
    return settings.model_copy(update={**place, "model": name, "api_key": key})


def _address_of(provider: str | None) -> str | None:
    known = PROVIDERS.get(provider or "")
    return known.base_url if known else None


def _resolve(settings: "Settings") -> Endpoint | None:
    if settings.model == EXTRACTIVE:
        return None
    provider = PROVIDERS.get(settings.provider or "") or _at(settings.base_url)
    base_url = settings.base_url or (provider.base_url if provider else None)
    if base_url is None:
        if settings.model:
            known = ", ".join(islice(PROVIDERS, _NAMED))
            raise UsageError(
                f"No server is set for the model {settings.model}: add --base-url "
                f"or --provider ({known}…)."
            )
        return None
    wanted = settings.model or DEFAULT_MODEL
    model = provider.models.get(wanted, wanted) if provider else wanted
    return Endpoint(base_url, model, _key(settings, provider))


def _at(base_url: str | None) -> Provider | None:
    found = (each for each in PROVIDERS.values() if each.base_url == base_url)
    return next(found, None)


def _key(settings: "Settings", provider: Provider | None) -> SecretStr | None:
    if settings.api_key or provider is None or provider.key_variable is None:
        return settings.api_key
    if settings.base_url and not same_origin(settings.base_url, provider.base_url):
        return None  # a provider's key goes to that provider alone
    value = os.environ.get(provider.key_variable, "").strip()
    if not value:
        raise CredentialsError(
            f"{provider.base_url} needs a key: set {provider.key_variable} "
            "or CITELOOP_API_KEY."
        )
    return SecretStr(value)
