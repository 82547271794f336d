"""Logging set-up: an event name and fields, one line each, no address in clear above DEBUG."""

from __future__ import annotations

import logging
import re
import sys

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def set_up_logging(*, verbose: int = 0) -> None:
    """Log to standard error: warnings by default, events with one `-v`, details with two."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("digest")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False


def one_line(hostile: object, *, limit: int = 300) -> str:
    """Return text from outside as one printable line: no CR, LF, ANSI or other control characters."""
    return _CONTROLS.sub(" ", str(hostile))[:limit]


def fields(**values: object) -> str:
    """Return `name=value` pairs for a log line, hostile values defused."""
    return " ".join(f"{name}={one_line(value)}" for name, value in values.items())
