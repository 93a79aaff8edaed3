"""What an address is called: in names, messages and logs, without what is secret."""

import re
from urllib.parse import parse_qsl, urlsplit

__all__ = ["name_of", "without_password"]

_ADDRESS = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*:[/\\]*)([^/?#\\]*)(.*)", re.DOTALL)
_HOST = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?::[0-9]*)?")
_SECRET = re.compile(
    r"pass|pwd|secret|token|sig|key|auth|credential|session|jwt", re.IGNORECASE
)
"""What the names of parameters hold that let somebody in, those of signed addresses
of S3, Google Cloud and Azure among them."""
_HIDDEN = "…"


def without_password(spec: str) -> str:
    """Return an address without user, password and secret parameters.

    What is no address is returned as it is. A password may hold signs that end the
    place where one belongs; then all up to the last `@` goes.
    """
    found = _ADDRESS.fullmatch(spec)
    if found is None or "://" not in spec:
        return spec
    scheme, place, rest = found.groups()
    host = place.rpartition("@")[2]
    if not _HOST.fullmatch(host) and "@" in rest:
        host, rest = "", rest.rpartition("@")[2]
    return f"{scheme}{host}{_without_secrets(rest)}"


def _without_secrets(rest: str) -> str:
    """Return path, query and fragment, the values of secret parameters hidden."""
    before, mark, query = rest.partition("?")
    query, hash_, fragment = query.partition("#")
    pieces = [_shown(piece) for piece in query.split("&")]
    return f"{before}{mark}{'&'.join(pieces)}{hash_}{fragment}"


def _shown(piece: str) -> str:
    name, equals, _ = piece.partition("=")
    plain = parse_qsl(f"{name}=x") or [(name, "")]
    secret = equals and _SECRET.search(plain[0][0])
    return f"{name}={_HIDDEN}" if secret else piece


def name_of(address: str) -> str:
    """Return what a document of an address is called: host, path and query.

    Two queries are two documents; but for a secret in them, which may be another one
    tomorrow.
    """
    parts = urlsplit(without_password(address))
    name = f"{parts.netloc}{parts.path}".rstrip("/")
    return f"{name}?{parts.query}" if parts.query else name
