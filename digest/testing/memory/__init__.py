"""A whole `Storage` in memory: the rules of the real ones in plain dicts, under the same test suite.

It forgets everything when it goes. Use it where a test is about something else than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digest.testing.memory.articles import MemoryArticles, MemorySources
from digest.testing.memory.editions import MemoryEditions
from digest.testing.memory.outbox import MemoryOutbox
from digest.testing.memory.shelves import Shelves
from digest.testing.memory.subscribers import MemorySubscribers


class MemoryStorage:
    """All stores in memory; `address_key` turns a folded address into its keyed hash."""

    def __init__(self, *, address_key: Callable[[str], str]) -> None:
        self._shelves = Shelves(address_key)
        self.articles = MemoryArticles(self._shelves)
        self.sources = MemorySources(self._shelves)
        self.editions = MemoryEditions(self._shelves)
        self.subscribers = MemorySubscribers(self._shelves)
        self.outbox = MemoryOutbox(self._shelves)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what the block did, or nothing of it."""
        with self._shelves.transaction():
            yield

    def check(self) -> tuple[str, ...]:
        """Return nothing: memory has no file that could be damaged."""
        return ()

    def close(self) -> None:
        """Do nothing; there is nothing to close."""


__all__ = [
    "MemoryArticles",
    "MemoryEditions",
    "MemoryOutbox",
    "MemorySources",
    "MemoryStorage",
    "MemorySubscribers",
]
