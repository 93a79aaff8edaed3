"""Why a server cannot be reached."""

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import httpx2

from agent.endpoints.endpoint import Endpoint
from agent.endpoints.failure import RETRIES, ServerFailure, address_of, host_of
from agent.endpoints.remedies import one_line
from tools.errors import ModelError

__all__ = ["diagnose_connection"]


def diagnose_connection(error: Any, endpoint: Endpoint | None) -> ServerFailure:
    """Return why no connection came about, and what to do."""
    host = host_of(endpoint)
    causes = list(_chain(error))
    remedy = "Start the server, or correct --base-url"
    if _one_of(causes, socket.gaierror):
        cause = "no such host"
        remedy = "Correct --base-url, or check the network's DNS"
    elif _one_of(causes, ssl.SSLCertVerificationError):
        cause = "its TLS certificate is not trusted"
        remedy = "Set SSL_CERT_FILE to the authority's certificate, or use http://"
    elif _one_of(causes, ssl.SSLError) and _one_of(causes, httpx2.ConnectError):
        cause = "it does not speak TLS there"
        remedy = "Use http:// in --base-url, or the port that speaks TLS"
    elif _one_of(causes, ConnectionRefusedError):
        cause = "connection refused"
    elif _one_of(causes, ConnectionResetError):
        cause = "it reset the connection"
        remedy = f"Look into the log of {host}"
    else:
        cause = one_line(str(error.__cause__ or error)) or "no connection"
    told = ModelError(f"{address_of(endpoint)} cannot be reached: {cause}. {remedy}.")
    return ServerFailure(told, retries=RETRIES)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Return an error and what caused it, the groups that anyio raises unfolded."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            for each in seen.exceptions:
                yield from _chain(each)
        seen = seen.__cause__ or seen.__context__


def _one_of(causes: list[BaseException], kind: type[BaseException]) -> bool:
    return any(isinstance(each, kind) for each in causes)
