"""The address at which WebSub hubs call: one question, one ping, and nothing for anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

MAX_PING = 2_000_000
"""Bytes of a ping: hubs send the whole feed along, of which we read nothing but the signature."""


class HubCalls(Protocol):
    """What answers hubs: `digest.newsroom.hubs.Hubs`."""

    def answer(self, token: str, query: Mapping[str, str]) -> str | None:
        """Return what a hub that verifies our request wants to hear; None for anything we did not ask."""
        ...

    def hear(self, token: str, signature: str, body: bytes) -> bool:
        """Take a hub's ping; False unless it is signed by a hub we asked."""
        ...

    def knows(self, token: str) -> bool:
        """Say whether a token is one of ours; asks no database."""
        ...


class HubPages:
    """Answer hubs; without `calls` there is nothing at these addresses."""

    def __init__(self, calls: HubCalls | None) -> None:
        self._calls = calls

    def room_for(self, path: str) -> int:
        """Return how many bytes may be sent to a path: room is only where a hub was told to call."""
        _, begin, token = path.partition("/websub/")
        return MAX_PING if begin and self._calls is not None and self._calls.knows(token) else 0

    async def verify(self, request: Request) -> Response:
        """Echo the challenge of a hub that we asked; changes nothing (W3C WebSub, 5.3)."""
        token, query = request.path_params["token"], dict(request.query_params)
        said = await asyncio.to_thread(self._calls.answer, token, query) if self._calls else None
        if said is None:
            raise HTTPException(404)
        return PlainTextResponse(said, headers={"Cache-Control": "no-store"})

    async def hear(self, request: Request) -> Response:
        """Note that there is news; a ping with a wrong signature gets the same answer (8)."""
        if self._calls is None:
            raise HTTPException(404)
        signature = request.headers.get("X-Hub-Signature", "")
        body = await request.body()
        await asyncio.to_thread(self._calls.hear, request.path_params["token"], signature, body)
        return Response(status_code=202)
