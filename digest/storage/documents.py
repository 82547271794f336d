"""Articles and editions as JSON documents, without loss.

A bare date stays a bare date and an aware datetime keeps its offset: both are written in ISO 8601
and told apart by their length. Escaped ASCII holds whatever text a source gave us, NULs included.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from digest.model.article import Article
from digest.model.edition import Edition

_MOMENTS = frozenset({"published_at", "updated_at", "high_water", "day"})
_DATE_LENGTH = len("2026-04-14")


def dump(value: Article | Edition) -> str:
    """Return an article or edition as JSON."""
    return json.dumps(dataclasses.asdict(value), default=_write_moment, ensure_ascii=True)


def load_article(document: str) -> Article:
    """Return the article that `dump` wrote."""
    return _articles().validate_python(json.loads(document, object_hook=_read_moments))


def load_edition(document: str) -> Edition:
    """Return the edition that `dump` wrote."""
    return _editions().validate_python(json.loads(document, object_hook=_read_moments))


@cache
def _articles() -> TypeAdapter[Article]:
    return TypeAdapter(Article)


@cache
def _editions() -> TypeAdapter[Edition]:
    return TypeAdapter(Edition)


def _write_moment(moment: date | datetime) -> str:
    return moment.isoformat()


def _read_moments(found: dict[str, Any]) -> dict[str, Any]:
    for key in _MOMENTS & found.keys():
        if isinstance(found[key], str):
            parse = date.fromisoformat if len(found[key]) == _DATE_LENGTH else datetime.fromisoformat
            found[key] = parse(found[key])
    return found
