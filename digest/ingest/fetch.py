"""Fetch documents from the newspaper's sites: guarded, bounded, conditional, and polite."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urljoin

import httpx

from digest.config import CollectSettings
from digest.errors import FetchRefused, SiteRefused, SourceBusy, SourceError
from digest.ingest.guard import Guard, Resolve, system_resolve
from digest.ingest.inflate import bounded
from digest.ingest.network import Deadline, GuardedTransport
from digest.ingest.pace import Pace
from digest.log import one_line
from digest.ports import Validators

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_VALIDATOR = 500
_MAX_HEADER = 4000
_LONGEST_REST = 24 * 3600.0
_USUAL_REST = 900.0
"""Seconds to rest where a site asks for a pause without saying how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came: the body unpacked, the address it came from in the end, what to ask with next time.

    `headers` have lower-case names.
    """

    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = field(default_factory=Validators)
    unchanged: bool = False


class Fetcher:
    """Fetch one document at a time; every address is asked of the guard.

    Args:
        settings: user agent, seconds and bytes one reading may take.
        allow_hosts: hosts that may lie on a private network, with `:port` if it is an unusual one.
        resolve: how names become addresses.
        ssl_context: which certificates are trusted; by default those of the system.
        pace: the pauses between requests to one host, shared with other fetchers; by default none.
    """

    def __init__(
        self,
        settings: CollectSettings,
        allow_hosts: tuple[str, ...] = (),
        *,
        resolve: Resolve = system_resolve,
        ssl_context: ssl.SSLContext | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._settings = settings
        self._guard = Guard(allow_hosts, resolve)
        self._ssl_context = ssl_context
        self._pace = pace or Pace(0)

    def get(self, url: str, *, validators: Validators | None = None, accept: str = "*/*") -> Fetched:
        """Fetch a document.

        Args:
            url: an http or https address.
            validators: what the site said last time; "not modified" then comes back as `unchanged`.
            accept: the kinds of document that are wanted.

        Raises:
            FetchRefused: an address, redirect, size or packing that we do not follow.
            SourceBusy: the site asks us to wait.
            SiteRefused: it answers with another status than 200 or 304.
            SourceError: anything else that kept it from coming; the message says what to do.
        """
        validators = validators or Validators()
        headers = {"Accept": accept}
        if validators.etag.isprintable() and validators.etag.isascii() and validators.etag:
            headers["If-None-Match"] = validators.etag
        if re.fullmatch(r"[A-Za-z0-9 ,:+-]+", validators.last_modified):
            headers["If-Modified-Since"] = validators.last_modified
        fetched = self._exchange("GET", url, headers)
        return replace(fetched, validators=validators) if fetched.unchanged else fetched

    def post(self, url: str, fields: Mapping[str, str]) -> Fetched:
        """Send a form to an address, without following redirects; raises as `get` does.

        Answers of the 2xx family are good.
        """
        headers = {"Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
        return self._exchange("POST", url, headers, urlencode(fields).encode())

    def _exchange(self, method: str, url: str, headers: dict[str, str], content: bytes = b"") -> Fetched:
        if self._ssl_context is None:
            self._ssl_context = ssl.create_default_context()
        headers = {
            "User-Agent": self._settings.user_agent.encode("ascii", "ignore").decode(),
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            **headers,
        }
        here = url
        self._guard.check_url(here)
        self._pace.take_turn(here)
        deadline = Deadline(self._settings.timeout)
        # The transport is used without httpx's client, which would follow, log in and store cookies itself.
        with GuardedTransport(self._guard, deadline, ssl_context=self._ssl_context) as transport:
            for _ in range(MAX_REDIRECTS + 1):
                checked = self._guard.check_url(here)
                request = httpx.Request(method, checked, headers=headers, content=content)
                try:
                    response = transport.handle_request(request)
                    try:
                        if method != "GET" or response.status_code not in _REDIRECTS:
                            return self._read(response, here, method)
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
        asked = one_line(url.partition("?")[0])  # a key may stand behind it
        raise FetchRefused(f"{asked} redirects more than {MAX_REDIRECTS} times; give the final address")

    def _read(self, response: httpx.Response, url: str, method: str) -> Fetched:
        status = response.status_code
        if status == httpx.codes.NOT_MODIFIED:
            return Fetched(url=url, unchanged=True)
        if status != httpx.codes.OK and not (method == "POST" and response.is_success):
            message = f"{_host(url)} answered {status}: {self._remedy(response)}"
            if _asks_to_wait(response):
                wait = _rest(response.headers.get("Retry-After", ""))
                raise SourceBusy(message, status=status, wait=wait)
            raise SiteRefused(message, status=status)
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
            headers={name.lower(): value[:_MAX_HEADER] for name, value in response.headers.items()},
            validators=Validators(
                etag=response.headers.get("ETag", "")[:_MAX_VALIDATOR],
                last_modified=response.headers.get("Last-Modified", "")[:_MAX_VALIDATOR],
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
        if _asks_to_wait(response):
            after = one_line(response.headers.get("Retry-After", ""), limit=60)
            wait = f"{after} seconds" if after.isdigit() else after
            return f"it asks us to wait{f' ({wait})' if wait else ''}; collect less often"
        if status >= 500:  # noqa: PLR2004 # the server's own troubles
            return "the site itself has trouble; try again later"
        return "we can do nothing with that; look at the address in a browser"


def _asks_to_wait(response: httpx.Response) -> bool:
    status = response.status_code
    return status == httpx.codes.TOO_MANY_REQUESTS or (status >= 500 and "Retry-After" in response.headers)  # noqa: PLR2004


def _rest(written: str) -> float:
    """Return the seconds of a Retry-After (RFC 9110, 10.2.3), a day at most."""
    text = written.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_REST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return _USUAL_REST
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_REST)


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
