"""RSS 0.9 to 2.0, RDF and Atom into entries. feedparser is given text that was checked, never an address."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.parsers import expat

from digest.errors import SourceError
from digest.ingest.entries import MAX_AUTHOR, Entry
from digest.ingest.plain import tidy
from digest.model.article import Image

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_ENTRY = re.compile(rf"{_CDATA.pattern}|<(item|entry)[\s>]", re.DOTALL)
# RSS 0.91 asked for this declaration. It is taken off, so nothing can load what it names.
_NETSCAPE = re.compile(
    r"""<!DOCTYPE\s+rss\s+(?:PUBLIC\s+["']-//(?:Netscape|UserLand)[^"'<>\[\]]*["']|SYSTEM)\s*"""
    r"""(?:["']http://(?:my\.netscape\.com|www\.rssboard\.org|backend\.userland\.com)[^"'<>\[\]]*["'])?\s*>""",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")
# feedparser writes the description of a picture over that of its article; under other names it does not.
_MEDIA = re.compile(r"<(/?)media:(description|title|text)\b[^<>]*?(/?)>", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEEPEST = 400
# feedparser takes some 40 microseconds an element, and as long for each sign of markup it has to mend.
_MAX_TAGS = 200_000
_MAX_MENDED = 40_000
_MAX_IMAGES = 5
_MAX_LINKS = 100
_MAX_CATEGORIES = 200


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed's entries (unread so far), how many there are, what is wrong with the whole.

    `links` are relation and address of the feed's own links.
    """

    entries: Iterator[Entry]
    count: int
    trouble: str = ""
    links: tuple[tuple[str, str], ...] = ()


def decode_feed(raw: bytes, charset: str = "") -> str:
    """Return a feed's text: byte order mark, XML declaration, the server's charset, UTF-8, Windows-1252."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    for start, name in (
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if raw.startswith(start):
            return raw.decode(name, "replace")
    found = _ENCODING.match(raw[:300])
    for name in ((found[1].decode("ascii") if found else ""), charset, "utf-8"):
        text = _try(raw, name)
        if text is not None:
            return text
    return raw.decode("cp1252", "replace")


def _try(raw: bytes, name: str) -> str | None:
    """Decode with a named encoding of which ASCII is a part: what we check is then what is parsed."""
    try:
        known = codecs.lookup(name).name
        if known.startswith(("utf-7", "utf-16", "utf-32", "utf_7", "idna", "punycode", "raw", "unicode")):
            return None
        text = raw.decode("cp1252" if known in {"iso8859-1", "ascii"} else known, "strict")
    except (LookupError, ValueError, UnicodeError):
        return None
    return text


def check_xml(text: str) -> str:
    """Return the text without declaration and illegal characters; refuse what only attackers write.

    Raises:
        SourceError: it declares a document type or entities, or nests deeper or holds more tags than any
            feed does.
    """
    text = _ILLEGAL.sub("", text)
    text = _NETSCAPE.sub("", _DECLARATION.sub("", text), count=1)
    bare = _CDATA.sub("", text)
    declared = re.search(
        r"<!\s*(DOCTYPE\s+html\b|DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", bare, re.IGNORECASE
    )
    if declared and declared[1].lower().endswith("html"):
        raise SourceError(
            "a web page came instead of a feed; give the feed's own address (often /feed/ or /rss)"
        )
    if declared:
        raise SourceError(
            "the feed declares a document type or entities, which is refused; ask its makers to leave it out"
        )
    depth = deepest = 0
    for found in _TAG.finditer(bare):
        if found[1]:
            depth = max(0, depth - 1)
        elif not found[3].endswith("/"):
            depth += 1
            deepest = max(deepest, depth)
    if deepest > (
        _DEEPEST if depth < deepest // 2 else 10 * _DEEPEST
    ):  # unclosed tags of sloppy feeds add up
        raise SourceError(f"the feed nests {deepest} elements deep, which no feed needs; it is refused")
    if bare.count("<") > _MAX_TAGS:
        raise SourceError(f"the feed holds more than {_MAX_TAGS:,} tags; ask its makers for a shorter one")
    return text


def parse_xml(text: str, *, most: int) -> Parsed:
    """Parse a feed's text, `most` entries of it; raises `SourceError` if it is none, or is dangerous."""
    text, count = _shortened(check_xml(text), most)
    text = _MEDIA.sub(r"<\1media:digest\2\3>", text)
    document = b'<?xml version="1.0" encoding="utf-8"?>' + text.strip().encode("utf-8", "replace")
    bare = _CDATA.sub("", text)
    if bare.count("<") + bare.count("&") > _MAX_MENDED and not _is_well_formed(document):
        raise SourceError("the feed is too long and too broken to be mended; ask its makers to validate it")
    # Without its address feedparser leaves links as they are written; we resolve them, and guids stay.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        feed = _feedparser().parse(
            document, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        AssertionError,
        RecursionError,
    ) as error:
        raise SourceError(
            f"the feed cannot be parsed ({type(error).__name__}); ask its makers to validate it"
        ) from error
    entries = feed["entries"]
    if not entries and not feed.get("version"):
        raise SourceError("what came is no feed; give the address of an RSS, Atom or JSON feed")
    trouble = ""
    if feed.get("bozo"):
        trouble = tidy(
            f"the feed is not well-formed ({feed.get('bozo_exception')}); {len(entries)} entries were read"
        )
    language = _get(feed["feed"], "language")
    links = tuple(
        (_get(link, "rel"), _get(link, "href")) for link in _list(feed["feed"], "links")[:_MAX_LINKS]
    )
    return Parsed((_entry(entry, language) for entry in entries), max(count, len(entries)), trouble, links)


def _shortened(text: str, most: int) -> tuple[str, int]:
    """Return a feed without the entries beyond `most`, which cost memory, and how many it has if any went."""
    starts = [found.start() for found in _ENTRY.finditer(text) if found[1]]
    if len(starts) <= most:
        return text, 0
    last = max(text.rfind("</item>"), text.rfind("</entry>"))
    end = text.index(">", last) + 1 if last > starts[most] else len(text)
    return text[: starts[most]] + text[end:], len(starts)


@cache
def _feedparser() -> Any:
    """Load feedparser; bound those of its steps that take quadratic time on what a stranger may write."""
    import feedparser  # noqa: PLC0415 # 60 ms that only feeds pay
    from feedparser.mixin import _FeedParserMixin as Mixin  # noqa: PLC0415 # likewise

    sync, add = Mixin._sync_author_detail, Mixin._add_tag  # noqa: SLF001 # it offers no other handle

    def sync_author_detail(self: Any, key: str = "author") -> None:
        context = self._get_context()
        if isinstance(context.get(key), str):
            context[key] = context[key][:MAX_AUTHOR]
        sync(self, key)

    def add_tag(self: Any, *said: str | None) -> None:
        if len(self._get_context().get("tags") or ()) < _MAX_CATEGORIES:
            add(self, *said)

    Mixin._sync_author_detail, Mixin._add_tag = sync_author_detail, add_tag  # noqa: SLF001 # as above
    return feedparser


def _is_well_formed(document: bytes) -> bool:
    # Document types and entities were refused before.
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(document, True)
    except expat.ExpatError:
        return False
    return True


def _entry(entry: Mapping[str, Any], language: str) -> Entry:
    content, own_language = _content(entry)
    link, guid = _get(entry, "link"), _get(entry, "id")
    if link == guid and "://" not in guid:
        link = ""  # a guid that only says that it is a permalink
    return Entry(
        headline=_get(entry, "title"),
        subhead=_get(entry, "subtitle") or _get(entry, "subhead"),
        link=link,
        guid=guid,
        dates=tuple(filter(None, (_get(entry, name) for name in ("published", "created", "updated")))),
        updated=_get(entry, "dc_modified") or _get(entry, "updated"),
        authors=_authors(entry),
        categories=tuple(
            filter(None, (_get(tag, "label") or _get(tag, "term") for tag in _list(entry, "tags")))
        ),
        content=content,
        summary=_markup(_get(entry, "summary"), _get(_dict(entry, "summary_detail"), "type")),
        images=_images(entry),
        language=own_language or language,
    )


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors as written: feedparser cuts "a@b.example (Ana)" at addresses it does not know."""
    written = _get(entry, "author")
    names = tuple(filter(None, (_get(person, "name") for person in _list(entry, "authors"))))
    return (written,) if "@" in written or not names else names


def _content(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the longest content and its language."""
    found = [
        (_markup(_get(c, "value"), _get(c, "type")), _get(c, "language")) for c in _list(entry, "content")
    ]
    return max(found, key=lambda pair: len(pair[0]), default=("", ""))


def _markup(value: str, kind: str) -> str:
    """Return HTML: plain text is escaped, its blank lines made paragraphs."""
    if kind != "text/plain" or re.search(r"<(?:p|br|div|a|img|em|strong|ul)\b", value, re.IGNORECASE):
        return value
    return "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", value))


def _images(entry: Mapping[str, Any]) -> tuple[Image, ...]:
    credit = next(filter(None, (_get(c, "content") for c in _list(entry, "media_credit"))), "")
    alt = _get(entry, "media_digesttitle")
    said = _get(entry, "media_digestdescription") or _get(entry, "media_digesttext")
    found: list[str] = []
    for media in _list(entry, "media_content"):
        url, kind = _get(media, "url"), f"{_get(media, 'medium')} {_get(media, 'type')}".lower()
        if "image" in kind or (kind.isspace() and _pictured(url)):
            found.append(url)
    found += [
        _get(media, "href")
        for media in _list(entry, "links")
        if _get(media, "rel") == "enclosure"
        and (
            _get(media, "type").startswith("image/")
            or (not _get(media, "type") and _pictured(_get(media, "href")))
        )
    ]
    if not found:
        found = [_get(media, "url") for media in _list(entry, "media_thumbnail")]
    urls = [url for url in dict.fromkeys(found) if url]
    return tuple(Image(url=url, alt=said or alt, credit=credit, caption=said) for url in urls[:_MAX_IMAGES])


def _pictured(url: str) -> bool:
    return bool(re.search(r"\.(?:jpe?g|png|gif|webp)(?:\?|$)", url, re.IGNORECASE))


def _get(data: Mapping[str, Any], key: str) -> str:
    """Return a text; feedparser's own `[]` maps and warns about names, a plain dict does not."""
    value = dict.get(data, key)  # type: ignore[call-overload] # FeedParserDict is a dict
    return value if isinstance(value, str) else ""


def _dict(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = dict.get(data, key)  # type: ignore[call-overload] # likewise
    return value if isinstance(value, dict) else {}


def _list(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = dict.get(data, key)  # type: ignore[call-overload] # likewise
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
