"""Front matter: the YAML between two `---` lines at the top of a Markdown article."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import yaml

from digest.errors import ArticleUnreadable
from digest.ingest.dates import read_moment
from digest.ingest.plain import tidy

_FENCE = re.compile(r"\A\s*---[ \t]*\n(?:(.*?)\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPENED = re.compile(r"\A\s*---[ \t]*\n\w+:(?:\s|$)")
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_MAX = 20_000


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter, its keys in lower case, and the rest of the text.

    Raises `ArticleUnreadable` where it is no YAML mapping, with the line that is wrong.
    """
    toml = _TOML.match(text)
    if toml:
        return _toml(toml[1]), text[toml.end() :]
    found = _FENCE.match(text)
    if not found and _OPENED.match(text):
        raise ArticleUnreadable("the front matter has no end; write a line `---` under it")
    if not found:
        return {}, text
    written = found[1] or ""
    # Aliases make a small file expand without end; no article needs one.
    if len(written) > _MAX or re.search(r"^[^'\"#]*[:\-\[,]\s*[&*]\w+", written, re.MULTILINE):
        raise ArticleUnreadable("the front matter is too long or uses YAML anchors; write each value out")
    try:
        data = yaml.safe_load(written)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark is not None else ""
        raise ArticleUnreadable(
            f"the front matter is no valid YAML{where}; put values that hold a colon in quotes"
        ) from error
    if data is None:
        return {}, text[found.end() :]
    if not isinstance(data, dict):
        raise ArticleUnreadable("the front matter holds no `key: value` lines")
    return {str(key).strip().lower(): value for key, value in data.items()}, text[found.end() :]


def _toml(written: str | None) -> dict[str, Any]:
    """Return front matter between `+++` lines, as Hugo writes it."""
    try:
        data = tomllib.loads((written or "")[:_MAX])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ArticleUnreadable(f"the front matter is no valid TOML: {error}") from error
    return {key.strip().lower(): value for key, value in data.items()}


def words_of(data: Mapping[str, Any], *keys: str) -> str:
    """Return the first key that has a value, as one tidy line; empty if there is none."""
    for key in keys:
        value = data.get(key)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and tidy(str(value)):
            return tidy(str(value))
    return ""


def names_of(data: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    """Return the first key that has a value as a list of lines: a list, or one value."""
    for key in keys:
        value = data.get(key)
        value = [value] if isinstance(value, dict) else value
        if isinstance(value, list):
            names = (v.get("name", "") if isinstance(v, dict) else v for v in value)
            found = tuple(tidy(str(name)) for name in names if isinstance(name, (str, int)))
            found = tuple(filter(None, found))
        else:
            found = tuple(filter(None, (words_of(data, key),)))
        if found:
            return found
    return ()


def moment_of(data: Mapping[str, Any], *keys: str, zone: tzinfo) -> datetime | date | None:
    """Return the first key that has a date; a time without a zone is one in `zone`.

    Raises `ArticleUnreadable` for a value that is no date.
    """
    for key in keys:
        value = data.get(key)
        if value is None or value == "":
            continue
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
        if isinstance(value, date):
            return value
        return _written(str(value), key, zone)
    return None


def _written(text: str, key: str, zone: tzinfo) -> datetime | date:
    try:
        naive = datetime.fromisoformat(tidy(text))
    except ValueError:
        pass
    else:
        if re.fullmatch(r"\d{4}-?\d\d-?\d\d", tidy(text)):
            return naive.date()
        return (naive if naive.tzinfo else naive.replace(tzinfo=zone)).astimezone(UTC)
    found = read_moment(text)
    if found is None:
        raise ArticleUnreadable(f"{key}: {tidy(text)[:60]!r} is no date; write it as 2026-04-13T17:30")
    return found
