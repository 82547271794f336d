"""WebSub: find a source's hub, ask it to tell us of news, and know its calls from a forger's.

What a hub sends is never parsed: a signed call only makes us read the source ourselves (W3C WebSub, 4 to 8).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin

from digest.errors import SiteRefused, SourceBusy, SourceError
from digest.ingest.fetch import Fetcher
from digest.ingest.links import clean_link
from digest.log import one_line
from digest.ports import Hub

_METHODS = frozenset({"sha256", "sha384", "sha512"})
_MAX_CHALLENGE = 500
_PARAMETER = r"[\w!#$%&'*+.^`|~-]{1,60}\s{0,9}(?:=\s{0,9}(?:\"[^\"]{0,500}\"|[^\s;,\"<>]{0,500}))?"
_LINK = re.compile(rf"<([^<>\s]{{1,2000}})>((?:\s{{0,9}};\s{{0,9}}(?:{_PARAMETER})?){{0,20}})")
_SAID = re.compile(r"""([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))""")


def hub_of(links: Iterable[tuple[str, str]], *, header: str = "", url: str) -> Hub | None:
    """Return the hub a source offers; None without one (W3C WebSub, 4: HTTP links go before the document's).

    Args:
        links: relation and address of each link of the document.
        header: the `Link` header (RFC 8288).
        url: where the document came from; the topic of one that does not name its own.
    """
    said = [*links_of(header), *links]
    hub, topic = (_first(said, relation, url) for relation in ("hub", "self"))
    return Hub(url=hub, topic=topic or url) if hub else None


def links_of(header: str) -> Iterator[tuple[str, str]]:
    """Walk over relation and address of a `Link` header's links to or from the document itself."""
    for found in _LINK.finditer(header):
        said: dict[str, str] = {}
        for name, quoted, bare in _SAID.findall(found[2]):
            said.setdefault(name.lower(), quoted or bare)
        if "anchor" not in said:
            for relation in said.get("rel", "").lower().split():
                yield relation, found[1]


def ask_hub(fetcher: Fetcher, hub: Hub, *, callback: str, secret: str, lease_seconds: int) -> None:
    """Ask a hub to call us when its topic has news; asked again, it renews the lease (5.1).

    Args:
        fetcher: sends the form, guarded and bounded.
        hub: the hub and its topic.
        callback: our address for this topic.
        secret: what the hub is to sign its calls with; under 200 bytes.
        lease_seconds: how long it is to call us.

    Raises:
        SourceBusy: the hub asks us to wait.
        SourceError: it could not be reached, or refuses.
    """
    form = {
        "hub.mode": "subscribe",
        "hub.topic": hub.topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(lease_seconds),
    }
    try:
        fetcher.post(hub.url, form)
    except SourceBusy:
        raise
    except SiteRefused as error:
        raise SourceError(
            f"the hub {one_line(hub.url)} answered {error.status} to our request to be told of news; "
            "look whether our callback can be reached from outside (the source is still read on schedule)"
        ) from error


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Say whether a call carries a signature made with our secret: `X-Hub-Signature: sha256=…` (8).

    SHA-1, which the recommendation still allows, is refused.
    """
    method, _, signature = header.strip().partition("=")
    if method not in _METHODS or not secret or not re.fullmatch(r"[0-9a-fA-F]{64,128}", signature):
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, method).hexdigest(), signature.lower())


def answer_hub(query: Mapping[str, str], *, topic: str) -> str | None:
    """Return what a hub that verifies our request wants to hear (5.3); None for anything we did not ask.

    Args:
        query: the parameters of its question.
        topic: what we asked to be told of.
    """
    challenge = query.get("hub.challenge", "")
    ours = query.get("hub.mode") == "subscribe" and query.get("hub.topic") == topic
    plain = 0 < len(challenge) <= _MAX_CHALLENGE and challenge.isascii() and challenge.isprintable()
    return challenge if ours and plain and topic else None


def _first(links: Iterable[tuple[str, str]], relation: str, base: str) -> str:
    """Return the first address of a relation as it is written, for hubs compare topics letter by letter."""
    for name, written in links:
        if name == relation and clean_link(written, base) and written.isascii() and written.isprintable():
            return urljoin(base, written.strip())
    return ""
