"""What a failed call of a model came to: the record."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.endpoints.endpoint import Endpoint
from tools.errors import CiteloopError

__all__ = ["RETRIES", "ServerFailure", "address_of", "host_of"]

RETRIES = 3
"""Of a call whose failure may be over soon."""


@dataclass(frozen=True, slots=True)
class ServerFailure:
    """What a failed call of a model came to."""

    told: CiteloopError
    """What a person is told, if it is not recovered from."""
    retries: int = 0
    """How often the same call may be made again."""
    wait: float | None = None
    """Seconds that the server asks for before it is."""
    unread_call: str | None = None
    """What the model wrote, where the server could not read it as a tool call: the
    model is told, for the same request would fail as before."""
    elsewhere: bool = True
    """Whether another model may be asked: not if the request itself is at fault."""


def host_of(endpoint: Endpoint | None) -> str:
    """Return the server, as a failure names it."""
    return urlsplit(endpoint.base_url).netloc if endpoint else "The model"


def address_of(endpoint: Endpoint | None) -> str:
    """Return the address that was asked, as a failure names it."""
    return endpoint.base_url if endpoint else "the model"
