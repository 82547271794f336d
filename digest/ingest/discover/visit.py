"""A visit to a site by a good guest: few questions, none of them twice, and none after a request to stop."""

from __future__ import annotations

import json
from typing import Any

import httpx

from digest.errors import SiteRefused, SourceBusy, SourceError
from digest.ingest.fetch import Fetched, Fetcher

MAX_REQUESTS = 20
_MAX_SILENT = 2
_REFUSALS = frozenset({401, 403, 406, 451})


class Visit:
    """Ask a site for documents, and remember what it answered.

    After 20 addresses, two that did not answer in time, or a wish to be left alone (429), nothing more is
    asked.

    Args:
        fetcher: fetches them, guarded and bounded.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers: dict[str, Fetched | SourceError] = {}
        self._silent = 0
        self._over: SourceError | None = None

    def get(self, url: str, *, accept: str = "*/*") -> Fetched:
        """Return a document; raises `SourceError` if it does not come, or if enough was asked."""
        if url not in self._answers:
            if self._over is not None:
                raise self._over
            self._answers[url] = self._ask(url, accept)
            if len(self._answers) >= MAX_REQUESTS:
                self._over = SourceError(f"{MAX_REQUESTS} addresses were asked, which is enough of a guest")
        answer = self._answers[url]
        if isinstance(answer, SourceError):
            raise answer
        return answer

    def find(self, url: str, *, accept: str = "*/*") -> Fetched | None:
        """Return a document; None if it does not come."""
        try:
            return self.get(url, accept=accept)
        except SourceError:
            return None

    def find_json(self, url: str) -> Any:
        """Return the JSON at an address, of whatever type; None if there is none."""
        fetched = self.find(url, accept="application/json")
        try:
            return json.loads(fetched.body.decode("utf-8-sig", "replace")) if fetched else None
        except (ValueError, RecursionError):
            return None

    def refusal(self, url: str) -> SiteRefused | None:
        """Return how the site refused an address to robots; None if it was not asked, or did not refuse."""
        answer = self._answers.get(url)
        return answer if isinstance(answer, SiteRefused) and answer.status in _REFUSALS else None

    def _ask(self, url: str, accept: str) -> Fetched | SourceError:
        try:
            return self._fetcher.get(url, accept=accept)
        except SourceBusy as error:
            self._over = error
            return error
        except SourceError as error:
            self._silent += isinstance(error.__cause__, httpx.TimeoutException)
            if self._silent >= _MAX_SILENT:
                self._over = error
            return error
