"""A finding: one thing that a check has to say about a printed edition."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`must` stops publishing, `should` is shown to the editors, `info` is for the curious."""

    MUST = "must"
    SHOULD = "should"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: the rule's id, how bad it is, what is wrong and what to do, and where it stands."""

    rule: str
    severity: Severity
    message: str
    where: str = ""
