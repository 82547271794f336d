"""Fetch documents from the newspaper's sites: guarded, bounded, conditional, and polite."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

from digest.config import CollectSettings
from digest.errors import FetchRefused, SourceError
from digest.ingest.guard import Guard, Resolve, system_resolve
from digest.ingest.inflate import bounded
from digest.ingest.network import Deadline, GuardedTransport
from digest.log import one_line
from digest.ports import SourceMemory

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_MEMORY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came: the body unpacked, the address it came from in the end, what to remember for next time."""

    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    memory: SourceMemory = field(default_factory=SourceMemory)
    unchanged: bool = False


class Fetcher:
    """Fetch one document at a time; every address is asked of the guard.

    Args:
        settings: user agent, seconds and bytes one reading may take.
        allow_hosts: hosts that may lie on a private network, with `:port` if it is an unusual one.
        resolve: how names become addresses.
        ssl_context: which certificates are trusted; by default those of the system.
    """

    def __init__(
        self,
        settings: CollectSettings,
        allow_hosts: tuple[str, ...] = (),
        *,
        resolve: Resolve = system_resolve,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._guard = Guard(allow_hosts, resolve)
        self._ssl_context = ssl_context

    def get(self, url: str, *, memory: SourceMemory | None = None, accept: str = "*/*") -> Fetched:
        """Fetch a document.

        Args:
            url: an http or https address.
            memory: what the site said last time; "not modified" then comes back as `unchanged`.
            accept: the kinds of document that are wanted.

        Raises:
            FetchRefused: an address, redirect, size or packing that we do not follow.
            SourceError: anything else that kept it from coming; the message says what to do.
        """
        memory = memory or SourceMemory()
        if self._ssl_context is None:
            self._ssl_context = ssl.create_default_context()
        deadline = Deadline(self._settings.timeout)
        headers = {
            "User-Agent": self._settings.user_agent.encode("ascii", "ignore").decode(),
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        if memory.etag.isprintable() and memory.etag.isascii() and memory.etag:
            headers["If-None-Match"] = memory.etag
        if re.fullmatch(r"[A-Za-z0-9 ,:+-]+", memory.last_modified):
            headers["If-Modified-Since"] = memory.last_modified
        here = url
        # The transport is used without httpx's client, which would follow, log in and store cookies itself.
        with GuardedTransport(self._guard, deadline, ssl_context=self._ssl_context) as transport:
            for _ in range(MAX_REDIRECTS + 1):
                request = httpx.Request("GET", self._guard.check_url(here), headers=headers)
                try:
                    response = transport.handle_request(request)
                    try:
                        if response.status_code not in _REDIRECTS:
                            return self._read(response, here, memory)
                        here = _next(response, here)
                    finally:
                        response.close()
                except httpx.TimeoutException as error:
                    raise SourceError(
                        f"{_host(here)} did not answer within {self._settings.timeout:g} s; try again later"
                    ) from error
                except httpx.HTTPError as error:
                    raise SourceError(
                        f"{_host(here)} cannot be read: {one_line(error)}; {_advice(error)}"
                    ) from error
        raise FetchRefused(
            f"{one_line(url)} redirects more than {MAX_REDIRECTS} times; give the final address"
        )

    def _read(self, response: httpx.Response, url: str, memory: SourceMemory) -> Fetched:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Fetched(url=url, memory=memory, unchanged=True)
        if response.status_code != httpx.codes.OK:
            raise SourceError(f"{_host(url)} answered {response.status_code}: {self._remedy(response)}")
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and len(length) < 20 and int(length) > self._settings.max_bytes:  # noqa: PLR2004
            raise FetchRefused(
                f"{_host(url)}: the document has {length} bytes; raise collect.max_bytes if that is meant"
            )
        content_type = response.headers.get("Content-Type", "")
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101 # tells the type checker what our transport gives
        body = bounded(
            stream, encoding=response.headers.get("Content-Encoding", ""), most=self._settings.max_bytes
        )
        charset = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", content_type, re.IGNORECASE)
        return Fetched(
            url=url,
            body=body,
            content_type=content_type.partition(";")[0].strip().lower(),
            charset=charset[1] if charset else "",
            memory=SourceMemory(
                etag=response.headers.get("ETag", "")[:_MAX_MEMORY],
                last_modified=response.headers.get("Last-Modified", "")[:_MAX_MEMORY],
            ),
        )

    def _remedy(self, response: httpx.Response) -> str:
        status = response.status_code
        if status in {401, 403, 406, 451}:
            agent = one_line(self._settings.user_agent)
            return f'it refuses robots; ask the site\'s host to allow the User-Agent "{agent}"'
        if status == httpx.codes.NOT_FOUND:
            return "there is nothing at this address; look it up on the site and correct it"
        if status == httpx.codes.GONE:
            return "it was taken away for good; remove the source or give its new address"
        if status == httpx.codes.TOO_MANY_REQUESTS or (status >= 500 and "Retry-After" in response.headers):  # noqa: PLR2004
            after = one_line(response.headers.get("Retry-After", ""), limit=60)
            wait = f"{after} seconds" if after.isdigit() else after
            return f"it asks us to wait{f' ({wait})' if wait else ''}; collect less often"
        if status >= 500:  # noqa: PLR2004 # the server's own troubles
            return "the site itself has trouble; it is tried again at the next collection"
        return "we can do nothing with that; look at the address in a browser"


def _next(response: httpx.Response, here: str) -> str:
    location: str = response.headers.get("Location", "").strip()
    if not location:
        raise SourceError(f"{_host(here)} redirects without saying where; tell its host")
    try:
        return urljoin(here, location.replace(" ", "%20")).partition("#")[0]
    except ValueError as error:
        raise FetchRefused(f"{_host(here)} redirects to no valid address; tell its host") from error


def _host(url: str) -> str:
    return one_line(re.sub(r"^\w+://(?:[^/@]*@)?([^/?#]*).*$", r"\1", url), limit=100)


def _advice(error: Exception) -> str:
    text = str(error).lower()
    if "certificate" in text or "ssl" in text:
        return "its certificate is not trusted; tell its host"
    return "look whether the site is up, or try again later"
