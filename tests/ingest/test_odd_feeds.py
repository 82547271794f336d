"""237 real, odd and broken feeds: each is read or refused with a reason, and nothing else happens."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

from digest.errors import SourceError
from digest.ingest.feeds import read_feed
from tests.ingest.intake import shared

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def test_all_odd_feeds_are_read_or_refused_with_a_reason() -> None:
    folder = shared("feeds")
    read = articles = dated = 0
    refused: dict[str, str] = {}
    for path in sorted(folder.rglob("*.gz")):
        raw = gzip.decompress(path.read_bytes())
        try:
            reading = read_feed(raw, name="odd", url="https://odd.example/feed", now=NOW)
        except SourceError as error:
            refused[path.name] = str(error)
            continue
        read += 1
        articles += len(reading.articles)
        dated += sum(article.published_at is not None for article in reading.articles)
        for article in reading.articles:
            assert article.headline
            assert article.guid
            assert "<script" not in article.text
            assert article.url is None or article.url.startswith(("http://", "https://"))
    assert read >= 230, refused
    assert articles >= 1550
    assert dated >= 1500
