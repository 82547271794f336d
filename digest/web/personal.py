"""The pages behind a token of a letter: confirm, unsubscribe, preferences.

A token opens the one route of its purpose. A bad one gets the page of a wrong address, after the same
work as a good one. Addresses are shown only so that their owner knows them: letters get forwarded.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digest.errors import TokenRefused
from digest.model.newsletter import Newsletter
from digest.model.subscriber import Subscriber, SubscriberStatus
from digest.tokens import Purpose
from digest.web.forms import read_form, text_of, texts_of
from digest.web.site import Site
from digest.workflows.subscribe import (
    UNDO_WITHIN,
    Standing,
    change_preferences,
    confirm,
    is_proven,
    resubscribe,
    standing,
    unsubscribe,
    unsubscribe_from_all,
)

PREFERENCES_WORDING = "Send me by email the newsletters that are ticked here. I can leave with one click."


class PersonalPages:
    """Endpoints that need a token. GET shows a button, POST does what the button says."""

    def __init__(self, site: Site) -> None:
        self._site = site

    # ── confirm ─────────────────────────────────────────────────────────────────────────────────────

    def ask_to_confirm(self, request: Request) -> HTMLResponse:
        """Show the button that confirms, or what became of the request."""
        reader, token = self._bearer(Purpose.CONFIRM, request)
        stands = standing(reader, storage=self._site.storage, now=self._site.clock())
        if stands is Standing.OPEN:
            newsletter = self._newsletter_of(reader)
            return self._site.printer.page("confirm", reader=reader, newsletter=newsletter, token=token)
        return self._confirmed(reader, stands, fresh=False)

    def do_confirm(self, request: Request) -> HTMLResponse:
        """Confirm."""
        reader, _ = self._bearer(Purpose.CONFIRM, request)
        before = confirm(
            reader, page=self._site.address("confirm"), storage=self._site.storage, now=self._site.clock()
        )
        fresh = before is Standing.OPEN
        return self._confirmed(reader, Standing.CONFIRMED if fresh else before, fresh=fresh)

    def _confirmed(self, reader: Subscriber, stands: Standing, *, fresh: bool) -> HTMLResponse:
        site = self._site
        if stands is Standing.LAPSED:
            return site.printer.error(410)
        newsletter = self._newsletter_of(reader)
        return site.printer.page(
            "confirmed",
            background=site.letters_after() if fresh else None,
            newsletter=newsletter,
            fresh=fresh,
            next_due=site.next_due(newsletter),
            latest=site.storage.editions.latest(newsletter.name, published_only=True),
        )

    # ── unsubscribe ─────────────────────────────────────────────────────────────────────────────────

    def ask_to_unsubscribe(self, request: Request) -> HTMLResponse:
        """Show the button that unsubscribes, or that it was pressed."""
        reader, token = self._bearer(Purpose.UNSUBSCRIBE, request)
        if reader.status is SubscriberStatus.UNSUBSCRIBED:
            return self._goodbye(reader, token)
        newsletter = self._newsletter_of(reader)
        return self._site.printer.page("unsubscribe", reader=reader, newsletter=newsletter, token=token)

    def do_unsubscribe(self, request: Request) -> HTMLResponse:
        """Unsubscribe, whatever the body says: mail clients post here too (RFC 8058), and may post twice."""
        site = self._site
        try:
            reader, token = self._bearer(Purpose.UNSUBSCRIBE, request)
        except _ReaderGone:
            return site.printer.page("goodbye", reader=None, newsletter=None, token="", may_undo=False)
        unsubscribe(reader, page=site.address("unsubscribe"), storage=site.storage, now=site.clock())
        return self._goodbye(self._again(reader), token)

    def undo(self, request: Request) -> HTMLResponse:
        """Take an unsubscription back."""
        site = self._site
        reader, _ = self._bearer(Purpose.UNSUBSCRIBE, request)
        resubscribe(reader, page=site.address("unsubscribe"), storage=site.storage, now=site.clock())
        reader = self._again(reader)
        is_back = reader.status is SubscriberStatus.CONFIRMED
        return self._confirmed(reader, Standing.CONFIRMED if is_back else Standing.LAPSED, fresh=False)

    def _goodbye(self, reader: Subscriber, token: str) -> HTMLResponse:
        site = self._site
        in_time = reader.since is not None and site.clock() - reader.since <= UNDO_WITHIN
        return site.printer.page(
            "goodbye",
            reader=reader,
            newsletter=self._newsletter_of(reader),
            token=token,
            may_undo=in_time and is_proven(reader, storage=site.storage),
        )

    # ── preferences ─────────────────────────────────────────────────────────────────────────────────

    def preferences(self, request: Request) -> HTMLResponse:
        """Show which newsletters an address receives."""
        reader, token = self._bearer(Purpose.PREFERENCES, request)
        return self._preferences(reader, token)

    async def save_preferences(self, request: Request) -> HTMLResponse:
        """Change which newsletters an address receives."""
        form = await read_form(request)
        intent, wanted = text_of(form, "intent"), texts_of(form, "newsletter")
        return await run_in_threadpool(self._save, request, intent, wanted)

    def _save(self, request: Request, intent: str, wanted: frozenset[str]) -> HTMLResponse:
        site = self._site
        reader, token = self._bearer(Purpose.PREFERENCES, request)
        page, now = site.address("preferences"), site.clock()
        if intent == "leave":
            unsubscribe_from_all(reader, page=page, storage=site.storage, now=now)
            return self._preferences(reader, token, news="left")
        if intent != "save":
            raise HTTPException(400)
        proven = change_preferences(
            reader,
            wanted,
            offered=site.newsletters,
            wording=PREFERENCES_WORDING,
            page=page,
            storage=site.storage,
            now=now,
        )
        return self._preferences(reader, token, news="saved" if proven or not wanted else "unproven")

    def _preferences(self, reader: Subscriber, token: str, *, news: str = "") -> HTMLResponse:
        own = self._site.storage.subscribers.same_address(reader.id)
        return self._site.printer.page(
            "preferences",
            reader=reader,
            token=token,
            received={one.newsletter for one in own if one.status is SubscriberStatus.CONFIRMED},
            wording=PREFERENCES_WORDING,
            news=news,
        )

    # ── who it is ───────────────────────────────────────────────────────────────────────────────────

    def _bearer(self, purpose: Purpose, request: Request) -> tuple[Subscriber, str]:
        """Return the reader a token was signed for; raises a 404."""
        token: str = request.path_params["token"]
        try:
            number, refused = self._site.signer.read(purpose, token), False
        except TokenRefused:
            number, refused = 0, True
        reader = self._site.storage.subscribers.get(number)
        if refused:
            raise HTTPException(404)
        if reader is None:
            raise _ReaderGone(404)
        return reader, token

    def _again(self, reader: Subscriber) -> Subscriber:
        return self._site.storage.subscribers.get(reader.id) or reader

    def _newsletter_of(self, reader: Subscriber) -> Newsletter:
        """Return the newsletter; one that is no longer published keeps its name."""
        known = {one.name: one for one in self._site.newsletters}
        return known.get(reader.newsletter) or Newsletter(name=reader.newsletter, title=reader.newsletter)


class _ReaderGone(HTTPException):
    """The token is ours, but the reader was erased meanwhile."""
