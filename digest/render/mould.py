"""A mould: a message in bytes with named slots, taken apart once and cast for each reader."""

from __future__ import annotations

import re
from enum import StrEnum

_SLOTS = re.compile(rb"\0([a-z-]+)\0")


class Slot(StrEnum):
    """What differs from one message to the next."""

    TO = "to"
    MESSAGE_ID = "message-id"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    CONFIRM = "confirm"

    @property
    def hole(self) -> bytes:
        """The bytes that stand for it; a NUL can stand nowhere else in a message."""
        return f"\0{self.value}\0".encode()


class Mould:
    """The fixed bytes of a message; `cast` joins them with what fills the slots."""

    def __init__(self, message: bytes) -> None:
        parts = _SLOTS.split(message)
        self._parts = parts
        self._slots = tuple((index, Slot(parts[index].decode())) for index in range(1, len(parts), 2))

    def cast(self, values: dict[Slot, bytes]) -> bytes:
        """Return the message; a slot without a value raises `KeyError`."""
        parts = self._parts.copy()
        for index, slot in self._slots:
            parts[index] = values[slot]
        return b"".join(parts)
