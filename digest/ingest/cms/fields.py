"""Read JSON that strangers write: whatever stands in a field, each answer has the type that was asked for."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import Any

from digest.errors import SourceError

Path = tuple[str | int, ...]
"""Keys and places that lead to a field."""
MAX_NODES = 200_000
"""So many objects and lists of a JSON document are read: each takes some 100 bytes, however short it is."""
LINE = 2000
"""So many characters of a field that is one line are read; taking tags off takes quadratic time."""
_TRUE = frozenset({"1", "true", "yes", "on"})
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_NUMBER = re.compile(r"\d{9,13}(?:\.\d*)?")
_MILLISECONDS = 100_000_000_000
"""From here on a number counts milliseconds: as seconds it would be the year 5138."""


def read_json(body: bytes, *, what: str) -> Any:
    """Return the JSON a site answered.

    Raises:
        SourceError: it is none; `what` says in the message what was expected.
    """
    if body.count(b"{") + body.count(b"[") > MAX_NODES:
        raise SourceError(f"the site answered {what} of more than {MAX_NODES:,} parts; nobody writes such")
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"the site answered no valid JSON where {what} should be; "
            "look whether its address and the kind of the source are right"
        ) from error


def inside(data: object, *path: str | int) -> Any:
    """Return what stands at a path of keys and places; None where it leads nowhere."""
    for step in path:
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, dict) else None
        else:
            data = data[step] if isinstance(data, list) and len(data) > step else None
    return data


def text(data: object, *path: str | int) -> str:
    """Return a text; numbers, which some sites write for an id, become one."""
    value = inside(data, *path)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else ""
    # A number of thousands of digits is no id, and Python refuses to write it.
    return value if isinstance(value, str) else str(value) if abs(value) < 10**18 else ""


def line(data: object, *path: str | int) -> str:
    """Return a text that is meant to be one line, cut where no line is so long."""
    return text(data, *path)[:LINE]


def first(data: object, *paths: Path) -> str:
    """Return the first line among several places that says something."""
    return next((found for path in paths if (found := line(data, *path)).strip()), "")


def table(data: object, *path: str | int) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    value = inside(data, *path)
    return value if isinstance(value, dict) else {}


def rows(data: object, *path: str | int) -> list[Any]:
    """Return a list; an empty one for anything else."""
    value = inside(data, *path)
    return value if isinstance(value, list) else []


def names(data: object, *keys: str) -> tuple[str, ...]:
    """Return names, however they are written: a text, a list of texts, a list of objects under these keys."""
    listed = data if isinstance(data, list) else [data]
    found = (
        first(each, *((key,) for key in keys)) if isinstance(each, dict) else line(each)
        for each in listed[:50]
        if not isinstance(each, (int, float))  # the number of an account
    )
    return tuple(name for name in found if name.strip())


def flag(data: object, *path: str | int) -> bool:
    """Say whether a field is set, however the site writes that."""
    return inside(data, *path) is True or text(data, *path).strip().lower() in _TRUE


def count(data: object, *path: str | int) -> int | None:
    """Return a number of things; None where no sensible one stands."""
    found = text(data, *path).strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) < 10 else None  # noqa: PLR2004


def moment(written: str) -> str:
    """Return a time as a CMS writes it with its zone, which is UTC where none stands.

    Seconds and milliseconds since 1970 are written out; anything else is returned as it is.
    """
    written = written.strip()[:100]
    if _NUMBER.fullmatch(written):
        seconds = float(written)
        seconds = seconds / 1000 if seconds >= _MILLISECONDS else seconds
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    return f"{written}Z" if _NAIVE.fullmatch(written) else written
