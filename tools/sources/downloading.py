"""Fetches what an address leads to: within a time and a size, from where it may.

Each hop of a redirect is resolved once, judged by what it resolves to, and connected
to just that, so that no name means one server when it is judged and another one when
it is asked ("DNS rebinding"). Where the environment names a proxy, the proxy resolves
and connects; what a name means here is judged all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

from tools.errors import UsageError
from tools.retries import retrying
from tools.sources.formats.zipped import MAX_RATIO
from tools.sources.naming import without_password
from tools.sources.reaching import Permit, Resolve, is_public, resolve_name

if TYPE_CHECKING:
    from httpx2 import URL, Client, Response

__all__ = ["PUBLIC", "Download", "Downloads", "download"]

_MAX_BYTES = 1024 * 1024 * 1024
_RATIO_FROM = 1024 * 1024
_IN_MEMORY = 16 * 1024 * 1024
"""Bytes that are kept in memory; what is larger waits in a file without a name."""
_STEP_SECONDS = 30.0
"""How long a server may be silent."""
_MAX_HOPS = 10
_REDIRECTS = {301, 302, 303, 307, 308}
_SCHEMES = {"http", "https"}
_PACKINGS = {"identity", "gzip", "x-gzip", "deflate", ""}
"""What is unpacked a piece at a time, and is asked for."""


@dataclass(frozen=True, slots=True)
class Downloads:
    """Where downloads may lead, and how long each may take."""

    seconds: float = 300.0
    """From the first request to the last byte, redirects and new attempts included."""
    permit: Permit = is_public
    resolve: Resolve = resolve_name


PUBLIC = Downloads()
"""What holds where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Download:
    """What was fetched."""

    file: IO[bytes]
    """At its beginning."""
    size: int
    kind: str
    """Its content type; blank if the server told none."""


def download(address: str, downloads: Downloads) -> Download:
    """Fetch what an address leads to.

    It is done in a thread that is left to itself when the time is over: neither a name
    that nobody resolves nor a server that sends a byte a minute holds up the caller,
    or Ctrl-C.

    Raises:
        UsageError: it may not be reached, failed, or is too large or too slow.
    """
    fetching = _Fetching(address, downloads)
    Thread(target=fetching.run, name="download", daemon=True).start()
    try:
        if not fetching.done.wait(downloads.seconds):
            raise UsageError(
                f"{fetching.shown} took longer than {downloads.seconds:g} s. Raise "
                "download_seconds, or fetch it by other means and ingest the file."
            )
    finally:
        fetching.give_up()
    return fetching.result()


@dataclass(slots=True)
class _Fetching:
    """One download as it goes on in its thread."""

    address: str
    downloads: Downloads
    done: Event = field(default_factory=Event)
    _given_up: Event = field(default_factory=Event)
    _client: "Client | None" = None
    _found: Download | None = None
    _failure: BaseException | None = None

    @property
    def shown(self) -> str:
        return without_password(self.address)

    def run(self) -> None:
        try:
            self._found = self._fetch()
        except BaseException as error:  # noqa: BLE001 (raised where it is waited for)
            self._failure = error
        finally:
            self.done.set()

    def give_up(self) -> None:
        """Let the thread end at its next step."""
        self._given_up.set()
        if self._client is not None and not self.done.is_set():
            self._client.close()

    def result(self) -> Download:
        if self._failure is not None:
            raise self._failure
        if self._found is None:
            raise RuntimeError("a download ended with nothing")
        return self._found

    def _fetch(self) -> Download:
        import httpx2

        with _named_failures(self.shown):
            for attempt in retrying(httpx2.TransportError):
                with attempt:
                    return self._follow(httpx2.URL(self.address.strip()))
        raise RuntimeError("the last attempt neither returned nor raised")

    def _follow(self, url: "URL") -> Download:
        login = (url.username, url.password) if url.userinfo else None
        first = url = url.copy_with(userinfo=b"", fragment=None)
        for _ in range(_MAX_HOPS):
            own = login if _is_own(url, first) else None
            with self._asked(url, own) as response:
                place = response.headers.get("location")
                if response.status_code not in _REDIRECTS or place is None:
                    response.raise_for_status()
                    return self._kept(response)
            # A login that a redirect brings along is nobody's wish.
            url = url.join(place).copy_with(userinfo=b"", fragment=None)
        raise UsageError(f"{self.shown} is redirected more than {_MAX_HOPS} times.")

    @contextmanager
    def _asked(self, url: "URL", login: tuple[str, str] | None) -> "Iterator[Response]":
        """Send the request to the first address of the name that answers."""
        import httpx2

        self._check_wanted()
        proxy = _proxy_of(url)
        transport = httpx2.HTTPTransport(proxy=proxy)
        headers = {"accept-encoding": "gzip, deflate"}
        with httpx2.Client(
            transport=transport,
            timeout=_STEP_SECONDS,
            headers=headers,
            trust_env=False,  # its own proxies and logins are not those judged here
        ) as self._client:
            numeric = self._judged(url, through=proxy is not None)
            for last, number in _with_last([None] if proxy else numeric):
                request = _request(self._client, url, number)
                try:
                    response = self._client.send(request, auth=login, stream=True)
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    if last or self._given_up.is_set():
                        raise
                    continue
                try:
                    yield response
                finally:
                    response.close()
                return

    def _judged(self, url: "URL", *, through: bool) -> list[str]:
        """Return what a host resolves to, every address of it permitted."""
        if url.scheme not in _SCHEMES or not url.host:
            raise UsageError(f"{self.shown} leads to what is no http(s) address.")
        host = url.raw_host.decode("ascii")
        try:
            found = self.downloads.resolve(host, url.port or _default_port(url))
        except (OSError, UnicodeError) as error:
            if through:  # behind a proxy nobody but the proxy may know names
                return []
            raise UsageError(
                f"{self.shown} cannot be read: the name {host} is not known."
            ) from error
        for number in found:
            if not self.downloads.permit(number):
                raise UsageError(
                    f"{self.shown} leads to {number}, which is not on the public "
                    "Internet. If you mean it, add --allow-private."
                )
        return found

    def _kept(self, response: "Response") -> Download:
        """Write a body to a file, as long as it is none too many."""
        packing = response.headers.get("content-encoding", "identity").lower()
        if packing not in _PACKINGS:
            raise UsageError(f"{self.shown} comes packed as {packing[:40]}.")
        file: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (handed on)
        try:
            size = 0
            for part in response.iter_bytes():
                size += file.write(part)
                self._check(size, response.num_bytes_downloaded)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return Download(file, size, response.headers.get("content-type", ""))

    def _check_wanted(self) -> None:
        if self._given_up.is_set():
            raise UsageError(f"{self.shown} was given up.")

    def _check(self, size: int, packed: int) -> None:
        self._check_wanted()
        if size > _MAX_BYTES:
            raise UsageError(f"{self.shown} is larger than 1 GiB.")
        if size > MAX_RATIO * max(packed, _RATIO_FROM // MAX_RATIO):
            raise UsageError(
                f"{self.shown} unpacks to more than {MAX_RATIO} times its size."
            )


def _with_last(numbers: "list[Any]") -> "Iterator[tuple[bool, str | None]]":
    for index, number in enumerate(numbers, 1):
        yield index == len(numbers), number


def _request(client: "Client", url: "URL", number: str | None) -> Any:
    """Return a request to a numeric address that speaks to the host of the URL."""
    if number is None:
        return client.build_request("GET", url)
    host = url.raw_host.decode("ascii")
    return client.build_request(
        "GET",
        url.copy_with(host=number),
        headers={"host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": host},
    )


def _proxy_of(url: "URL") -> str | None:
    """Return the proxy that the environment names for an address, if any."""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(url.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_own(url: "URL", first: "URL") -> bool:
    """Whether a hop is still at the origin whose login was given, or its https."""
    if url.raw_host != first.raw_host:
        return False
    upgraded = (first.scheme, first.port, url.scheme, url.port)
    same = (url.scheme, url.port) == (first.scheme, first.port)
    return same or upgraded == ("http", None, "https", None)


def _default_port(url: "URL") -> int:
    return 443 if url.scheme == "https" else 80


@contextmanager
def _named_failures(shown: str) -> "Iterator[None]":
    import httpx2

    try:
        yield
    except httpx2.HTTPStatusError as error:
        status = error.response
        raise UsageError(
            f"{shown} answered {status.status_code} {status.reason_phrase}."
        ) from error
    except httpx2.InvalidURL as error:  # its text may hold a piece of a password
        raise UsageError(f"{shown} is no address that can be read.") from error
    except (httpx2.HTTPError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise UsageError(f"{shown} cannot be read: {reason}.") from error
    except (ImportError, ValueError) as error:
        raise UsageError(
            f"{shown} cannot be read through the proxy that the environment names."
        ) from error
