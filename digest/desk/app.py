"""The app of the desk: read-only, for this machine, and for nobody who merely claims its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from digest.desk.preview import Desk, edition_html, edition_text
from digest.errors import DigestError
from digest.workflows.preview import Preview

LOCAL_HOSTS = ("localhost", "127.0.0.1")
_PICTURE = re.compile(r"[0-9a-f]{16,64}\.(?:jpg|png)")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_EDITION_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: http: data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def build_desk(
    printed_now: Callable[[], Preview],
    *,
    media_folder: Path | None = None,
    allowed_hosts: tuple[str, ...] = LOCAL_HOSTS,
) -> Starlette:
    """Return the preview as an ASGI app; bind it to 127.0.0.1.

    `printed_now` prints the day's edition anew for every look, so that reloading shows what changed.
    Requests for any other host are refused: a web page elsewhere could otherwise point its own name here.
    """
    desk = Desk()
    policy = (
        f"default-src 'none'; style-src 'sha256-{desk.style_hash}'; frame-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )

    def index(request: Request) -> HTMLResponse:  # noqa: ARG001 - Starlette's signature
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        try:
            return HTMLResponse(desk.page(printed_now()), headers=headers)
        except DigestError as error:
            return HTMLResponse(desk.trouble(str(error)), status_code=500, headers=headers)

    def html(request: Request) -> HTMLResponse:
        headers = {**_HEADERS, "Content-Security-Policy": _EDITION_POLICY}
        night = request.url.path == "/edition-night.html"
        try:
            return HTMLResponse(edition_html(printed_now(), night=night), headers=headers)
        except DigestError as error:
            return HTMLResponse(desk.trouble(str(error)), status_code=500, headers=headers)

    def text(request: Request) -> PlainTextResponse:  # noqa: ARG001 - Starlette's signature
        try:
            return PlainTextResponse(edition_text(printed_now()), headers=_HEADERS)
        except DigestError as error:
            return PlainTextResponse(str(error), status_code=500, headers=_HEADERS)

    def picture(request: Request) -> Response:
        name = request.path_params["name"]
        if media_folder is None or not _PICTURE.fullmatch(name) or not (media_folder / name).is_file():
            raise HTTPException(404)
        # The edition's frame is sandboxed, and so from nowhere: to it, our own pictures are foreign.
        headers = {**_HEADERS, "Cross-Origin-Resource-Policy": "cross-origin"}
        kind = "image/png" if name.endswith(".png") else "image/jpeg"
        return FileResponse(media_folder / name, media_type=kind, headers=headers)

    return Starlette(
        routes=[
            Route("/", index, methods=["GET"]),
            Route("/edition.html", html, methods=["GET"]),
            Route("/edition-night.html", html, methods=["GET"]),
            Route("/edition.txt", text, methods=["GET"]),
            Route("/media/{name}", picture, methods=["GET"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts), www_redirect=False)],
    )
