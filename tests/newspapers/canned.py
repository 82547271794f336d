"""A fetcher without a network: a function answers, and what was asked is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from digest.config import CollectSettings
from digest.ingest.fetch import Fetched, Fetcher
from digest.ports import Validators


class CannedFetcher(Fetcher):
    """Answer each address by a function; an error it returns is raised."""

    def __init__(self, answer: Callable[[str], Fetched | Exception]) -> None:
        super().__init__(CollectSettings())
        self._answer = answer
        self.asked: list[str] = []
        self.versions: list[Validators | None] = []

    def get(self, url: str, *, validators: Validators | None = None, accept: str = "*/*") -> Fetched:  # noqa: ARG002 # every answer is acceptable
        """Return what the function answers, or that it is as it was."""
        self.asked.append(url)
        self.versions.append(validators)
        found = self._answer(url)
        if isinstance(found, Exception):
            raise found
        if validators is not None and validators == found.validators != Validators():
            return Fetched(url=url, validators=validators, unchanged=True)
        return found


def as_json(data: Any, *, etag: str = "", **headers: str) -> Fetched:
    """Return an answer that holds JSON."""
    return Fetched(
        url="",
        body=json.dumps(data).encode(),
        content_type="application/json",
        headers=headers,
        validators=Validators(etag=etag),
    )
