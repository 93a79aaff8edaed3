"""Whose page it is that stands in place of an answer."""

import re

import httpx2

__all__ = ["describe_page", "is_page"]

_LOOKED_AT = 4096
"""Characters of a page: whose it is shows at its beginning or in a line of it."""
_BY_WORDS = (
    ("cloudflare", "Cloudflare"), ("application gateway", "Azure Application Gateway"),
    ("application-gateway", "Azure Application Gateway"), ("azure", "Azure"),
    ("cloudfront", "Amazon CloudFront"), ("awselb", "AWS ELB"),
    ("incapsula", "Imperva"), ("zscaler", "Zscaler"), ("ngrok", "ngrok"),
    ("<center>openresty", "openresty"), ("<center>nginx", "nginx"),
    ("apache/", "Apache"), ("apache server", "Apache"), ("haproxy", "HAProxy"),
    ("traefik", "Traefik"), ("varnish", "Varnish"), ("akamai", "Akamai"),
    ("vercel", "Vercel"),
)  # fmt: skip
"""What a gateway's page says of itself. Nginx and openresty put their names into a
`<center>`; the others into words, links and the names of classes."""
_BY_HEADER = (
    ("cf-ray", "Cloudflare"), ("x-azure-ref", "Azure Front Door"),
    ("x-amz-cf-id", "Amazon CloudFront"), ("x-vercel-id", "Vercel"),
)  # fmt: skip
_SERVERS = (
    ("microsoft-azure", "Azure Application Gateway"), ("awselb", "AWS ELB"),
    ("akamaighost", "Akamai"), ("cloudfront", "Amazon CloudFront"),
    ("gws", "Google"), ("google frontend", "Google"), ("ghs", "Google"),
)  # fmt: skip
"""Names in the header `server` that are not what people know them by."""
_SERVER = re.compile(r"[A-Za-z][\w.-]{0,30}")


def is_page(response: httpx2.Response) -> bool:
    """Whether a response is something to look at, and no answer of an API."""
    kind = response.headers.get("content-type", "")
    return "text/html" in kind or response.text[:64].lstrip().startswith("<")


def describe_page(response: httpx2.Response) -> str:
    """Return that it is a page, and whose as far as it says so; never its text."""
    gateway = _gateway(response.headers, response.text[:_LOOKED_AT].casefold())
    return f"an HTML page of {gateway}" if gateway else "an HTML page"


def _gateway(headers: httpx2.Headers, text: str) -> str | None:
    """Return who sent a page: who it says, or else who the response went through."""
    by_words = next((name for word, name in _BY_WORDS if word in text), None)
    by_header = next((name for field, name in _BY_HEADER if field in headers), None)
    if by_words or by_header:
        return by_words or by_header
    server = headers.get("server", "")
    known = (name for word, name in _SERVERS if server.casefold().startswith(word))
    named = _SERVER.match(server)
    return next(known, named[0] if named else None)
