"""How often one host is asked: a good guest leaves a pause between two requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit


class Pace:
    """Let requests to one host follow each other only after a pause; different hosts do not wait.

    Shared by every fetcher of a newsroom, so that four sources on one host do not quadruple its load.

    Args:
        pause: seconds between the beginnings of two requests to a host.
        monotonic: tells steady seconds.
        wait: lets seconds pass.
    """

    def __init__(
        self,
        pause: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._monotonic = monotonic
        self._wait = wait
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def take_turn(self, url: str) -> None:
        """Return when the host of an address may be asked again."""
        if self._pause <= 0:
            return
        host = urlsplit(url).netloc.rpartition("@")[2].casefold()
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._pause
        if turn > now:
            self._wait(turn - now)
