"""The XML of sitemaps, news sitemaps and their indexes: read as it streams, so that no tree is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.errors import FetchRefused, SourceError
from digest.ingest.feedxml import check_xml, decode_feed
from digest.ingest.inflate import bounded
from digest.ingest.plain import tidy
from digest.log import one_line

_MAX_PAGES = 50_000
_MAX_TEXT = 5_000
_MAX_CHUNKS = 100
_MAX_UNPACKED = 5_000_000
_WANTED = frozenset(
    {
        "loc", "lastmod", "news", "news/title", "news/publication_date", "news/language",
        "news/publication/language", "image/loc", "image/title", "image/caption",
    }
)  # fmt: skip


@dataclass(slots=True)
class SitemapDocument:
    """What a sitemap lists: `pages` and, if it is an index, `maps`, each by the names of its elements."""

    kind: str = ""
    pages: list[Mapping[str, str]] = field(default_factory=list)
    maps: list[Mapping[str, str]] = field(default_factory=list)
    trouble: str = ""


def read_sitemap(raw: bytes, charset: str = "") -> SitemapDocument:
    """Read the bytes of a sitemap or an index of sitemaps, packed with gzip or not (sitemaps.org, 0.9).

    Raises:
        SourceError: it is none, or one that only an attacker writes.
    """
    from lxml import etree  # noqa: PLC0415 # what only sitemaps and pages pay

    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = bounded([raw], encoding="gzip", most=_MAX_UNPACKED)
        except FetchRefused as error:
            raise SourceError(
                f"the sitemap unpacks to more than {_MAX_UNPACKED:,} bytes; give the news sitemap's address"
            ) from error
    text = check_xml(decode_feed(raw, charset).lstrip("\ufeff \t\r\n\0"))
    reader = _Reader()
    parser = etree.XMLParser(
        target=reader,  # type: ignore[arg-type] # its stubs ask for more than it calls
        resolve_entities=False,
        no_network=True,
        recover=True,
    )
    try:
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError) as error:
        reader.found.trouble = tidy(f"the sitemap is not well-formed ({one_line(error)})")
    if reader.found.kind not in {"urlset", "sitemapindex"}:
        raise SourceError("what came is no sitemap; give the address of a news sitemap")
    if not reader.whole:
        reader.found.trouble = "the sitemap ends early; what came of it was read"
    return reader.found


class _Reader:
    """Take the wanted texts as the parser meets them, so that no tree need be kept."""

    def __init__(self) -> None:
        self.found = SitemapDocument()
        self.whole = False
        self._path: list[str] = []
        self._said: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._path.append(tag.rpartition("}")[2].rpartition(":")[2][:60])
        self._text.clear()
        if len(self._path) == 1:
            self.found.kind = self._path[0]
        elif len(self._path) == 2:  # noqa: PLR2004 # a page, below the root
            self._said = {}

    def data(self, text: str) -> None:
        if len(self._text) < _MAX_CHUNKS:
            self._text.append(text[:_MAX_TEXT])

    def end(self, _tag: str) -> None:
        name = "/".join(self._path[2:6])
        if name in _WANTED:
            self._said.setdefault(name, tidy("".join(self._text)[:_MAX_TEXT]))
        elif self._path[1:] in (["url"], ["sitemap"]):
            listed = self.found.pages if self._path[1] == "url" else self.found.maps
            if len(listed) < _MAX_PAGES:
                listed.append(self._said)
        self._path.pop()
        self._text.clear()
        self.whole = not self._path

    def close(self) -> None:
        """End, as the parser asks."""
