"""The fixed words of an edition in its language, from `templates/edition/words.toml`.

A paper's own file of that name adds languages or changes single words; what it leaves out is ours,
and what we lack in a language is English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digest.errors import RenderError
from digest.resources import find_shipped

WORDS = "edition/words.toml"
DEFAULT_LANGUAGE = "en"


def read_words(folder: Path | None, language: str) -> Mapping[str, Any]:
    """Return the words of a language (BCP 47): English, overlaid by ours, overlaid by the paper's."""
    files = [find_shipped("templates") / WORDS]
    if folder is not None and (folder / WORDS).exists():
        files.append(folder / WORDS)
    tables = [_read(file) for file in files]
    words: dict[str, Any] = {}
    for name in (DEFAULT_LANGUAGE, language.partition("-")[0], language):
        for table in tables:
            words |= table.get(name, {})
    return words


def _read(file: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        table: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RenderError(f"{WORDS} cannot be read: {error}; correct the file") from error
    if not all(isinstance(words, dict) for words in table.values()):
        raise RenderError(f"{WORDS}: words stand under their language, such as [en]; correct the file")
    return table
