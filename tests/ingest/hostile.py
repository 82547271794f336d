"""Hostile documents: every format a source may have, with every fault it may have."""

# What strangers write is what stands here.
# ruff: noqa: RUF001

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable, Iterator

TEXT = "The harbour bridge reopened on Monday after nine months of repairs, the engineers said. "
Said = dict[str, str]

# ── formats ─────────────────────────────────────────────────────────────────────────────────────────

_XML = '<?xml version="1.0" encoding="utf-8"?>'
_CONTENT = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def _in_xml(said: Said) -> Said:
    return {name: html.escape(value) for name, value in said.items()}


def rss(entries: list[Said]) -> str:
    items = "".join(
        "<item><title>{headline}</title><link>{link}</link><guid>{guid}</guid><pubDate>{date}</pubDate>"
        "<dc:creator>{author}</dc:creator><category>{section}</category><enclosure url='{image}' type='image/jpeg'/>"
        "<content:encoded>{body}</content:encoded></item>".format(**_in_xml(said))
        for said in entries
    )
    return f'{_XML}<rss version="2.0" {_CONTENT}><channel><title>P</title>{items}</channel></rss>'


def rdf(entries: list[Said]) -> str:
    items = "".join(
        "<item rdf:about='{guid}'><title>{headline}</title><link>{link}</link><dc:date>{date}</dc:date>"
        "<dc:creator>{author}</dc:creator><dc:subject>{section}</dc:subject><description>{body}</description></item>".format(
            **_in_xml(said)
        )
        for said in entries
    )
    return f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {_CONTENT}><channel/>{items}</rdf:RDF>'


def atom(entries: list[Said]) -> str:
    items = "".join(
        "<entry><title type='html'>{headline}</title><id>{guid}</id><link href='{link}'/><updated>{date}</updated>"
        "<author><name>{author}</name></author><category term='{section}'/><link rel='enclosure' type='image/png' href='{image}'/>"
        "<content type='html'>{body}</content></entry>".format(**_in_xml(said))
        for said in entries
    )
    return f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>{items}</feed>'


def jsonfeed(entries: list[Said]) -> str:
    items = [
        {
            "id": said["guid"],
            "url": said["link"],
            "title": said["headline"],
            "content_html": said["body"],
            "date_published": said["date"],
            "authors": [{"name": said["author"]}],
            "tags": [said["section"]],
            "image": said["image"],
        }
        for said in entries
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})


def sitemap(entries: list[Said]) -> str:
    pages = "".join(
        "<url><loc>{link}</loc><lastmod>{date}</lastmod><news:news><news:publication_date>{date}</news:publication_date>"
        "<news:title>{headline}</news:title></news:news><image:image><image:loc>{image}</image:loc>"
        "<image:caption>{author}</image:caption></image:image></url>".format(**_in_xml(said))
        for said in entries
    )
    return (
        f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        f'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{pages}</urlset>'
    )


FORMATS: dict[str, Callable[[list[Said]], str]] = {
    "rss": rss, "rdf": rdf, "atom": atom, "json": jsonfeed, "sitemap": sitemap
}  # fmt: skip


def entry(number: int = 0, **changes: str) -> Said:
    said = {
        "headline": f"Bridge {number} reopens",
        "link": f"https://harbor.example/2026/bridge-{number}",
        "guid": f"b-{number}",
        "date": "2026-05-04T08:00:00Z",
        "author": "Ana Núñez",
        "section": "News",
        "image": f"https://harbor.example/{number}.jpg",
        "body": f"<p>{TEXT * 5}</p>" * 3,
    }
    return {**said, **changes}


# ── faults of fields ────────────────────────────────────────────────────────────────────────────────

BAD_TEXTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a\r\nBcc: victim@harbor.example", "a\u2028b\u2029c",
    "a\x85b", "=?utf-8?q?a=0D=0ABcc:_x?=", "\u202eevil\u202c", "\u2066\u2067isolated", "e\u0301" + "\u0301" * 5000,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40, "{{ 7*7 }}{% raw %}", "\x00\x01\x1b[31mred", "\ud800\udfff", "a" * 200_000,
    "", "   ", "&amp;amp;lt;script&amp;amp;gt;" * 20, "&#x0;&#xD800;&#99999999;&bogus;&", "<" * 3000, "</title></item><item>", "]]><!--", "\ufeff\ufffe\uffff",
)  # fmt: skip
BAD_LINKS = (
    "javascript:alert(1)", "JaVaScRiPt\t:alert(1)", "data:text/html,<script>", "//evil.example/x", "file:///etc/passwd", "vbscript:x",
    "https://user:pass@harbor.example/", "https://[::1", "https://harbor.example/\r\nX: y", "https://harbor.example/\u2028",
    "https://harbor.example/" + "a" * 5000, "https://harbor.example:99999/", "\x00", "", 'https://harbor.example/"><script>', "http://%00/", "https://ha\u202erbor.example/",
)  # fmt: skip
BAD_DATES = (
    "0000-00-00", "0000-00-00 00:00:00", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "0", "-1",
    "1777777777", "2031-01-01T00:00:00Z", "Mon, 04 May 2026 06:30:00", "2026-05-04T06:30:00", "2026-13-45T99:99:99Z", "99999-01-01",
    "Wed, 30 Nov -0001 00:00:00 +0000", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-05-04T08:00:00+99:99", "now", "", "2" * 5000, "2026-05-04\x00", "٢٠٢٦-٠٥-٠٤",
)  # fmt: skip
BAD_BODIES = (
    "<script>x</script><p>a</p>", "<p onclick='x()'>a</p>", "<a href='javascript:x()'>a</a>", "<svg onload=x()><script>x</script></svg>",
    "<iframe src='//evil.example'></iframe>", "<form action='//evil.example'><input></form>", "<base href='//evil.example'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", "<p style='background:url(javascript:x)'>a</p>", "<style>@import '//evil.example'</style>a",
    "<div>" * 5000 + "a", "<p " + "a='b' " * 20_000 + ">a</p>", f"<img src='data:image/svg+xml,{'x' * 1000}'>", "<!-- <p>a", "<![CDATA[<p>a</p>", "<p>a" * 5000,
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "&lt;script&gt;x&lt;/script&gt;", "<table>" * 800, "\x00\x0b\x0c\x1b<p>a\x00</p>", "<p>" + "\u202e" * 500, "<b>" * 20_000,
    "<math><mi xlink:href='javascript:x'>", "<template><script>x</script></template>", "<noscript><p title='</noscript><img src=x onerror=x>'>",
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    "headline": BAD_TEXTS, "author": BAD_TEXTS[:16], "section": BAD_TEXTS[:8], "guid": (*BAD_TEXTS[2:4], *BAD_TEXTS[11:15]),
    "link": BAD_LINKS, "image": BAD_LINKS[:8], "date": BAD_DATES, "body": BAD_BODIES,
}  # fmt: skip
READS: dict[str, frozenset[str]] = {
    "rdf": frozenset(FIELDS) - {"image"},
    "sitemap": frozenset({"headline", "author", "link", "image", "date"}),
}

# ── faults of documents ─────────────────────────────────────────────────────────────────────────────

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 19))
PROLOGUES = (
    f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>', f'<!DOCTYPE x [<!ENTITY q "{"a" * 50_000}">]>',
    '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]>', '<!DOCTYPE x [<!ATTLIST x a CDATA "b">]>', "<?xml-stylesheet href='http://127.0.0.1/x.xsl'?>",
)  # fmt: skip
ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "iso2022_jp",
    "utf-7",
    "cp037",
    "latin-1",
    "utf-8-sig",
)


def broken(text: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield what can happen to a document on its way: name, bytes, and what the server says of its charset."""
    raw = text.encode()
    root = text.index("?>") + 2 if text.startswith("<?xml") else 0
    for number, prologue in enumerate(PROLOGUES):
        yield f"prologue-{number}", f"{text[:root]}{prologue}{text[root:]}".encode(), ""
    for encoding in ENCODINGS:
        yield encoding, text.encode(encoding, "xmlcharrefreplace"), ""
        yield f"says-{encoding}", raw, encoding
    for share in (1, 10, 50, 90, 99):
        yield f"cut-{share}", raw[: len(raw) * share // 100], ""
    yield "page", b"<!DOCTYPE html><html><body><h1>Not a feed</h1></body></html>", ""
    yield "bare-page", b"<html><body><h1>Not a feed</h1></body></html>", ""
    yield "nuls", raw.replace(b"e", b"e\x00"), ""
    yield "invalid", raw.replace(b"i", b"i\xff\xc0\x80"), "utf-8"
    yield "deep", raw[:root] + b"<a>" * 20_000 + raw[root:], ""
    yield "deep-lists", b"[" * 100_000, ""
    yield "soup", raw.replace(b"Bridge", b"&nbsp;&bogus;&#0;&#xFFFF;&"), ""
    yield "odd-quotes", raw.replace(b'"', b"'\""), ""
    yield "no-ends", raw.replace(b"</", b"<"), ""
    yield "twice", raw + raw, ""
    yield "noise", bytes(range(256)) * 40, ""
    yield "packed", gzip.compress(raw)[:-5], ""
    yield "blank", b" \r\n\t\x00", ""


def documents() -> Iterator[tuple[str, str, bytes, str]]:
    """Yield every document: its name, format, bytes, and what the server says of its charset."""
    for kind, write in FORMATS.items():
        for field, values in FIELDS.items():
            if field in READS.get(kind, FIELDS):
                for number, value in enumerate(values):
                    # A surrogate can be written in JSON alone.
                    text = write([entry(1, **{field: value}), entry(2)])
                    yield f"{kind}-{field}-{number}", kind, text.encode("utf-8", "replace"), ""
        for name, raw, charset in broken(write([entry(number) for number in range(4)])):
            yield f"{kind}-{name}", kind, raw, charset
        yield (
            f"{kind}-same-guids",
            kind,
            write(
                [entry(number, guid="b", link="https://harbor.example/b") for number in range(50)]
            ).encode(),
            "",
        )
        yield f"{kind}-nothing", kind, write([dict.fromkeys(entry(), "")]).encode(), ""
        yield f"{kind}-empty", kind, write([]).encode(), ""
        yield (
            f"{kind}-thousands",
            kind,
            write([entry(number, body="") for number in range(10_000 if kind != "rdf" else 2000)]).encode(),
            "",
        )
        yield (
            f"{kind}-wide",
            kind,
            re.sub(r"<(item|entry|url)\b", rf"<\1 a='{'x' * 1_000_000}'", write([entry()])).encode(),
            "",
        )
