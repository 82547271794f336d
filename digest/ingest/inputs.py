"""One article from what a person wrote on the command line: a file or an address."""

from __future__ import annotations

import re
from datetime import tzinfo
from pathlib import Path
from urllib.parse import urlsplit

from digest.ingest.fetch import Fetcher
from digest.ingest.folder import read_article, read_file
from digest.ingest.text import read_text
from digest.log import one_line
from digest.model.article import Article


def read_input(written: str, *, fetcher: Fetcher, zone: tzinfo) -> Article:
    """Read one article from a file (`.txt`, `.md`, `.html`) or an http(s) address.

    Args:
        written: path or address.
        fetcher: fetches addresses.
        zone: the paper's zone, for times written without one.

    Raises:
        ArticleUnreadable: it holds no article we can make out.
        SourceError: it could not be read at all.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", written):
        fetched = fetcher.get(written, accept="text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1")
        source = one_line(urlsplit(fetched.url).hostname or "", limit=100)
        if fetched.content_type == "text/plain":
            return read_text(fetched.body, source=source, guid=fetched.url)
        from digest.ingest.page import read_page  # noqa: PLC0415 # lxml and more, which text does not need

        return read_page(
            fetched.body, source=source, guid=fetched.url, url=fetched.url, charset=fetched.charset
        )
    path = Path(written)
    return read_article(read_file(path), path.suffix.lower(), source=path.name, guid=path.name, zone=zone)
