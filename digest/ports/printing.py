"""What makes an edition into pages and messages: clock, press, checker, addresser."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from digest.model.delivery import Delivery, Envelope
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding


class Clock(Protocol):
    """Tell the time: an aware datetime in UTC."""

    def __call__(self) -> datetime: ...


class Press(Protocol):
    """Print an edition once; raises `RenderError` or `EditionRefused`."""

    def prepare(self, edition: Edition) -> Edition:
        """Return the edition as it will be printed: every text on one line, every link checked."""
        ...

    def print_edition(self, edition: Edition) -> PrintedEdition: ...


class Checker(Protocol):
    """Say what is wrong with a printed edition."""

    def check(self, edition: Edition, printed: PrintedEdition) -> tuple[Finding, ...]: ...


class Addresser(Protocol):
    """Fill the marks of one printed edition for one reader; microseconds a message."""

    def address(self, delivery: Delivery) -> tuple[Envelope, bytes]:
        """Return envelope and message (CRLF lines). Raises `AddressRefused` for this reader only."""
        ...
