"""The digest.toml that `digest init` writes: every key explained, and what was found filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from digest.errors import UsageError
from digest.log import one_line
from digest.model.site import FoundSite, FoundSource


def fill_in(text: str, section: str, key: str, value: str | Sequence[str]) -> str:
    """Return a settings file with one key set: its commented default gives way to the value."""
    head = re.search(rf"^(?:# )?\[+{re.escape(section)}\]+$", text, re.MULTILINE)
    place = re.compile(rf"^# {re.escape(key)} = .*$", re.MULTILINE).search(text, head.end() if head else 0)
    if head is None or place is None:
        raise UsageError(f"the example settings have no {section}.{key}; install digest anew")
    return f"{text[: place.start()]}{key} = {_toml(value)}{text[place.end() :]}"


def fill_in_site(text: str, site: FoundSite, *, allow_hosts: Sequence[str] = ()) -> str:
    """Return a settings file with all that was found at a paper's site."""
    known = {
        "name": site.name,
        "url": site.url,
        "tagline": site.tagline,
        "language": site.language,
        "timezone": site.timezone,
        "colour": site.colour,
    }
    for key, value in known.items():
        if value:
            text = fill_in(text, "paper", key, value)
    if site.sections:
        text = fill_in(text, "newsletters", "sections", site.sections)
    names: set[str] = set()
    sources = [source_table(found, names=names, allow_hosts=allow_hosts) for found in site.sources]
    notes = [f"# {one_line(line)}" for line in (*site.found, *site.missing)]
    return "\n".join([text.rstrip(), "", "# ── What was found at the paper's site.", *notes, *sources, ""])


def source_table(found: FoundSource, *, names: set[str], allow_hosts: Sequence[str] = ()) -> str:
    """Return a source as a table, commented out where it is only an alternate; `names` are taken names."""
    base = found.kind if found.alternate else "paper"
    name = next(name for name in _numbered(base) if name not in names)
    names.add(name)
    keys: dict[str, str | Sequence[str]] = {"name": name, "kind": found.kind, "url": found.url}
    keys |= {key: value for key, value in (("sections", found.sections), ("key", found.key)) if value}
    if allow_hosts:
        keys["allow_hosts"] = allow_hosts
    lines = ["[[sources]]", *(f"{key} = {_toml(value)}" for key, value in keys.items())]
    note = f"\n# {one_line(found.why)}"
    if found.alternate:
        return "\n".join([f"{note} Not read unless you take the # away:", *(f"# {line}" for line in lines)])
    return "\n".join([note, *lines])


def _numbered(base: str) -> Iterable[str]:
    yield base
    yield from (f"{base}-{number}" for number in range(2, 1000))


def _toml(value: str | Sequence[str]) -> str:
    """Return a text or a list of texts as TOML; what JSON escapes, TOML reads likewise."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_toml(item) for item in value)}]"
