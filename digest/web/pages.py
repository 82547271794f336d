"""The pages for everybody: the form, the archive, pictures, privacy, and the sign of life."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import date
from itertools import groupby

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from digest.errors import AddressRefused
from digest.model.edition import EditionState, FiledEdition
from digest.model.newsletter import Newsletter
from digest.model.subscriber import parse_address
from digest.web.caps import SIGN_UPS_AN_HOUR, HourlyMeter, mailbox_of, network_of
from digest.web.forms import TRAP, Meter, clean_name, is_form_token, make_form_token, read_form, text_of
from digest.web.security import edition_policy
from digest.web.site import Site
from digest.workflows.subscribe import request_subscription

_PUBLIC = {"Cache-Control": "public, max-age=300"}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_PICTURE = re.compile(r"[0-9a-f]{16,64}\.(?:jpg|png)")
_SHOWN_EDITIONS = 60
_MAX_ECHO = 320
_STALE = "This form was too old, or something filled it in oddly. Please press the button once more."
_BUSY = "A great many people are signing up at this moment. Please try again in a minute."
_CROWDED = "Many people on your network have signed up within the hour. Please try again later."
_TRAPPED = "A field that should stay empty was filled in, perhaps by your browser. Please try once more."


def wording(newsletter: Newsletter, paper_name: str) -> str:
    """Return what readers agree to: shown beside the button, and kept with the consent word for word."""
    by = "" if newsletter.title == paper_name else f" of {paper_name}"
    return f"Yes, send me the newsletter {newsletter.title}{by} by email. I can leave with one click."


class PublicPages:
    """Endpoints that need no token."""

    def __init__(self, site: Site, *, subscribe_per_minute: int, answer_after: float) -> None:
        self._site = site
        self._meter = Meter(subscribe_per_minute)
        self._networks = HourlyMeter(SIGN_UPS_AN_HOUR)
        self._answer_after = answer_after

    def form(self, request: Request) -> HTMLResponse:  # noqa: ARG002 - Starlette's signature
        """Show the form."""
        return self._form()

    async def subscribe(self, request: Request) -> HTMLResponse:
        """Take a request for a subscription; all addresses get the same answer after the same time."""
        began = time.monotonic()
        site, now = self._site, self._site.clock()
        form = await read_form(request)
        email, name = text_of(form, "email")[:_MAX_ECHO], text_of(form, "name")[:_MAX_ECHO]
        chosen = text_of(form, "newsletter") or site.newsletters[0].name
        newsletter = next((one for one in site.newsletters if one.name == chosen), None)

        async def again(trouble: str, *, status: int, about: str = "form") -> HTMLResponse:
            return await run_in_threadpool(
                self._form, email=email, name=name, chosen=chosen, trouble=trouble, about=about, status=status
            )

        if newsletter is None or not is_form_token(text_of(form, "form"), signer=site.signer, now=now):
            return await again(_STALE, status=400)
        if text_of(form, TRAP):
            return await again(_TRAPPED, status=400)
        # The network first: what one network has too much of takes nothing from everybody's share.
        if not self._networks.admit(network_of(request), now):
            return await again(_CROWDED, status=429)
        if not self._meter.admit(now):
            return await again(_BUSY, status=429)
        try:
            await run_in_threadpool(self._request, newsletter, email, clean_name(name))
        except AddressRefused as refusal:
            return await again(_sentence(refusal), status=422, about="email")
        # Neither this answer nor the next one on this line waits for the letter.
        await asyncio.sleep(-(time.monotonic() - began) % self._answer_after if self._answer_after else 0)
        return site.printer.page(
            "check_mail",
            headers={"Cache-Control": "no-store", "Connection": "close"},
            background=site.letters_after(),
            newsletter=newsletter,
        )

    def archive(self, request: Request) -> HTMLResponse:
        """List a newsletter's published editions, the newest first."""
        newsletter = self._site.newsletter(request.path_params["newsletter"])
        recent = self._site.storage.editions.recent(newsletter.name, limit=_SHOWN_EDITIONS)
        editions = (filed.edition for filed in recent)
        months = [
            list(month) for _, month in groupby(editions, key=lambda one: (one.day.year, one.day.month))
        ]
        return self._site.printer.page("archive", headers=_PUBLIC, newsletter=newsletter, months=months)

    def edition(self, request: Request) -> HTMLResponse:
        """Show one published edition."""
        newsletter = self._site.newsletter(request.path_params["newsletter"])
        filed = self._site.storage.editions.get(newsletter.name, _day(request.path_params["day"]))
        if filed is None or filed.edition.state is not EditionState.PUBLISHED:
            raise HTTPException(404)
        policy = edition_policy(self._site.base_url)
        return HTMLResponse(
            self._site.archive_html(filed), headers={**_PUBLIC, "Content-Security-Policy": policy}
        )

    def latest(self, request: Request) -> RedirectResponse:  # noqa: ARG002 - Starlette's signature
        """Lead to the newest edition."""
        filed = self._site.latest()
        if filed is None:
            raise HTTPException(404)
        return RedirectResponse(self._path(filed), status_code=302, headers={"Cache-Control": "no-cache"})

    def picture(self, request: Request) -> Response:
        """Serve a picture of an edition; its name is the hash of its content."""
        name = request.path_params["name"]
        path = self._site.media_folder / name
        if not _PICTURE.fullmatch(name) or not path.is_file():
            raise HTTPException(404)
        return FileResponse(
            path, media_type="image/png" if name.endswith(".png") else "image/jpeg", headers=_FOR_EVER
        )

    def privacy(self, request: Request) -> HTMLResponse:  # noqa: ARG002 - Starlette's signature
        """Say what is kept about readers."""
        return self._site.printer.page("privacy", headers=_PUBLIC)

    def health(self, request: Request) -> JSONResponse:  # noqa: ARG002 - Starlette's signature
        """Say that the service and its storage answer."""
        self._site.storage.subscribers.get(0)
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    def _request(self, newsletter: Newsletter, email: str, name: str) -> None:
        """Take a request, unless a letter to the same mailbox was queued within the pause."""
        site, now = self._site, self._site.clock()
        mailbox = site.signer.address_key(mailbox_of(parse_address(email)))
        with site.one_request:
            if site.written_to.holds(mailbox, now):
                return
            is_written_to = request_subscription(
                newsletter.name,
                email,
                name=name,
                language=newsletter.language,
                wording=wording(newsletter, site.paper.name),
                page=site.address("subscribe"),
                storage=site.storage,
                now=now,
            )
            if is_written_to:
                site.written_to.add(mailbox, now)

    def _form(
        self,
        *,
        email: str = "",
        name: str = "",
        chosen: str = "",
        trouble: str = "",
        about: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        site = self._site
        latest = site.latest()
        return site.printer.page(
            "subscribe",
            status=status,
            headers={"Cache-Control": "no-store"} | ({"Retry-After": "60"} if status == 429 else {}),  # noqa: PLR2004 - RFC 6585
            token=make_form_token(site.signer, site.clock()),
            trap=TRAP,
            email=email,
            name=name,
            chosen=chosen or site.newsletters[0].name,
            trouble=trouble,
            about=about,
            wordings={one.name: wording(one, site.paper.name) for one in site.newsletters},
            latest=latest.edition if latest else None,
            latest_path=self._path(latest) if latest else "",
        )

    def _path(self, filed: FiledEdition) -> str:
        return f"{self._site.root}/{filed.edition.newsletter}/{filed.edition.day.isoformat()}"


def _sentence(refusal: AddressRefused) -> str:
    text = str(refusal)
    return f"{text[:1].upper()}{text[1:]}."


def _day(written: str) -> date:
    """Return the day of an edition's address; raises a 404 for any but the one spelling."""
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise HTTPException(404) from error
    if day.isoformat() != written:
        raise HTTPException(404)
    return day
