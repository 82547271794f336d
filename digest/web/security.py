"""What guards every page: headers that browsers obey, and a limit on what a request may weigh."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 16 * 1024
BODY_SECONDS = 10.0
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_YEAR = 365 * 24 * 60 * 60
_BARE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def security_headers(base_url: str) -> dict[str, str]:
    """Return what every answer says; HSTS only where readers come by https anyway."""
    headers = {
        "Content-Security-Policy": _BARE,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    return headers


def page_policy(style: str) -> str:
    """Return the policy of our own pages: exactly this style sheet, forms to ourselves, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def edition_policy(base_url: str) -> str:
    """Return the policy of a printed edition: its inline styles and our own pictures, no script, no form."""
    parts = urlsplit(base_url)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {parts.scheme}://{parts.netloc}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """Give every answer the headers it does not set itself."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


class BodyLimit:
    """Take the body of a request whole before anything acts on it, or refuse it: too much, or too slow.

    `roomy` says how many bytes a path takes if it takes more than others.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        refuse: Callable[[int], Response],
        limit: int = MAX_BODY,
        seconds: float = BODY_SECONDS,
        roomy: Callable[[str], int] = lambda _path: 0,
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._limit = limit
        self._seconds = seconds
        self._roomy = roomy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body at hand."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(Headers(scope=scope), receive, self._limit_of(scope["path"]))
        except TimeoutError:
            await self._refuse(408)(scope, receive, send)
            return
        if body is None:
            await self._refuse(413)(scope, receive, send)
            return
        kept: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_kept() -> Message:
            return kept.pop() if kept else await receive()

        await self._app(scope, receive_kept, send)

    def _limit_of(self, path: str) -> int:
        return max(self._roomy(path), self._limit)

    async def _read(self, headers: Headers, receive: Receive, limit: int) -> bytes | None:
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            return None
        body = b""
        more = True
        while more:
            message = await receive()
            # A reader who hangs up has sent what they have sent: `http.disconnect` carries no body.
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                return None
        return body
