"""The app of the public pages: the table of routes, and what stands before and behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from digest.config import PaperSettings, WebSettings
from digest.errors import SettingsError
from digest.model.edition import FiledEdition
from digest.model.newsletter import Newsletter
from digest.ports import Clock, Storage
from digest.tokens import Signer
from digest.web.hubs import HubCalls, HubPages
from digest.web.pages import PublicPages
from digest.web.personal import PersonalPages
from digest.web.printer import Printer
from digest.web.security import BodyLimit, SecurityHeaders, security_headers
from digest.web.site import LetterRounds, Site

ANSWER_AFTER = 0.3
"""Seconds after which a request for a subscription is answered, whatever was found: they hide the work."""


def build_app(
    *,
    paper: PaperSettings,
    web: WebSettings,
    newsletters: tuple[Newsletter, ...],
    storage: Storage,
    signer: Signer,
    clock: Clock,
    media_folder: Path,
    archive_html: Callable[[FiledEdition], str],
    send_notices: Callable[[], Awaitable[None]] | None = None,
    templates: Path | None = None,
    answer_after: float = ANSWER_AFTER,
    hub_calls: HubCalls | None = None,
) -> Starlette:
    """Return the public pages as an ASGI app.

    `archive_html` prints a published edition for everybody; `send_notices` sends waiting letters and runs
    after the answer is out, in a thread and an event loop of its own; `templates` is the paper's own
    folder; `hub_calls` answers the hubs of feeds. A reverse proxy that serves the pages below a path strips
    that path. Raises `RenderError` for a broken template and `SettingsError` for a newsletter that is
    called like one of the pages.
    """
    printer = Printer(
        paper=paper, newsletters=newsletters, clock=clock, base_url=web.base_url, folder=templates
    )
    letters = LetterRounds(send_notices) if send_notices else None
    site = Site(
        paper=paper,
        newsletters=newsletters,
        storage=storage,
        signer=signer,
        clock=clock,
        base_url=web.base_url,
        media_folder=media_folder,
        archive_html=archive_html,
        letters=letters,
        printer=printer,
    )
    public = PublicPages(site, subscribe_per_minute=web.subscribe_per_minute, answer_after=answer_after)
    hubs = HubPages(hub_calls)
    fixed = _fixed_routes(public, PersonalPages(site), hubs)
    taken = {route.path.split("/")[1] for route in fixed}
    for newsletter in newsletters:
        if newsletter.name in taken:
            raise SettingsError(f"a newsletter cannot be called {newsletter.name}: that is one of the pages")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        if letters is not None:
            await asyncio.to_thread(letters.close)

    app = Starlette(
        lifespan=lifespan,
        routes=[
            *fixed,
            Route("/{newsletter}", public.archive, methods=["GET"]),
            Route("/{newsletter}/", public.archive, methods=["GET"]),
            Route("/{newsletter}/{day}", public.edition, methods=["GET"]),
        ],
        middleware=[
            Middleware(SecurityHeaders, headers=security_headers(web.base_url)),
            Middleware(BodyLimit, refuse=printer.error, roomy=hubs.room_for),
        ],
        exception_handlers={
            HTTPException: _on_refusal(printer),
            Exception: lambda _request, _error: printer.error(HTTPStatus.INTERNAL_SERVER_ERROR),
        },
    )
    # Starlette would build that redirect from the Host header.
    app.router.redirect_slashes = False
    return app


def _fixed_routes(public: PublicPages, personal: PersonalPages, hubs: HubPages) -> list[Route]:
    return [
        Route("/", public.form, methods=["GET"]),
        Route("/subscribe", public.form, methods=["GET"]),
        Route("/subscribe", public.subscribe, methods=["POST"]),
        Route("/confirm/{token}", personal.ask_to_confirm, methods=["GET"]),
        Route("/confirm/{token}", personal.do_confirm, methods=["POST"]),
        Route("/unsubscribe/{token}", personal.ask_to_unsubscribe, methods=["GET"]),
        Route("/unsubscribe/{token}", personal.do_unsubscribe, methods=["POST"]),
        Route("/unsubscribe/{token}/undo", personal.undo, methods=["POST"]),
        Route("/preferences/{token}", personal.preferences, methods=["GET"]),
        Route("/preferences/{token}", personal.save_preferences, methods=["POST"]),
        Route("/latest", public.latest, methods=["GET"]),
        Route("/media/{name}", public.picture, methods=["GET"]),
        Route("/privacy", public.privacy, methods=["GET"]),
        Route("/websub/{token}", hubs.verify, methods=["GET"]),
        Route("/websub/{token}", hubs.hear, methods=["POST"]),
        Route("/healthz", public.health, methods=["GET"]),
    ]


def _on_refusal(printer: Printer) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        refusal = cast(HTTPException, error)  # this handler is asked about no other
        headers = dict(refusal.headers or {})
        if refusal.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # Starlette names the methods of one route only where several share a path.
            near = [route for route in request.app.routes if route.matches(request.scope)[0] is Match.PARTIAL]
            headers["Allow"] = ", ".join(sorted({method for route in near for method in route.methods}))
        return printer.error(refusal.status_code, headers)

    return answer
