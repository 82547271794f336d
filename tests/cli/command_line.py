"""What the tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        """Return the JSON objects it printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Digest = Callable[..., Result]
