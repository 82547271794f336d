"""The marks of a printed edition: places that differ from reader to reader.

A mark is a whole URL on a reserved host (RFC 2606 keeps `.invalid` for ever), because a URL passes
autoescaping, premailer and quoted-printable unharmed where `{{ … }}` does not.
"""

from __future__ import annotations

from enum import StrEnum

MARK_HOST = "https://mark.digest.invalid/"


class Mark(StrEnum):
    """A personal link; its value is the whole URL that stands for it in a printed edition."""

    UNSUBSCRIBE = MARK_HOST + "unsubscribe"
    PREFERENCES = MARK_HOST + "preferences"


REQUIRED_MARKS: frozenset[Mark] = frozenset({Mark.UNSUBSCRIBE, Mark.PREFERENCES})
"""A printed edition that lacks one of these, in either part, cannot be published."""
