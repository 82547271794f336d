"""A house for visitors: the public pages over a storage in memory, and a browser without scripts."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.applications import Starlette

from digest.config import PaperSettings, WebSettings
from digest.model.edition import FiledEdition
from digest.model.newsletter import Newsletter
from digest.model.notice import NoticeKind
from digest.model.subscriber import Subscriber, SubscriberStatus
from digest.testing.factories import MORNING, SIGNER, FakeClock, make_edition, make_printed
from digest.testing.memory import MemoryStorage
from digest.tokens import Purpose
from digest.web import printer
from digest.web.app import build_app

DAILY = Newsletter(name="daily", title="The Daily")
WEEKLY = Newsletter(name="weekly", title="The Weekly", weekdays=(4,))
ANA = "ana@example.com"


class KeptBytecode(BytecodeCache):
    """Compile each template once for all tests: hundreds of houses are built."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (known := self.kept.get(bucket.key + bucket.checksum)) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


vars(printer)["ImmutableSandboxedEnvironment"] = functools.partial(
    ImmutableSandboxedEnvironment, bytecode_cache=KeptBytecode()
)


class House:
    """The app and everything behind it."""

    def __init__(
        self,
        *newsletters: Newsletter,
        base_url: str = "https://news.example",
        media: Path = Path("no-such-folder"),
        templates: Path | None = None,
        per_minute: int = 10_000,
        answer_after: float = 0.0,
        send_notices: Callable[[], Awaitable[None]] | None = None,
        archive_html: Callable[[FiledEdition], str] | None = None,
        **paper: Any,
    ) -> None:
        self.clock = FakeClock()
        self.storage = MemoryStorage(address_key=SIGNER.address_key)
        self.app: Starlette = build_app(
            paper=PaperSettings(**paper),
            web=WebSettings(base_url=base_url, subscribe_per_minute=per_minute),
            newsletters=newsletters or (DAILY,),
            storage=self.storage,
            signer=SIGNER,
            clock=self.clock,
            media_folder=media,
            archive_html=archive_html or (lambda filed: filed.printed.html if filed.printed else ""),
            send_notices=send_notices,
            templates=templates,
            answer_after=answer_after,
        )

    # ── visiting ────────────────────────────────────────────────────────────────────────────────────

    def visit(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Make requests one after the other, without following redirects."""

        async def go() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://visitor.example") as client:
                return [await client.request(method, path, **more) for method, path, more in requests]

        return asyncio.run(go())

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Make one request."""
        return self.visit((method, path, more))[0]

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **more)

    def form_token(self) -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.get("/").text)
        assert found is not None
        return found.group(1)

    def sign_up(self, email: str = ANA, **fields: str) -> httpx.Response:
        """Fill the form in and press its button."""
        return self.post("/subscribe", data={"email": email, "form": self.form_token(), **fields})

    # ── what stands behind ──────────────────────────────────────────────────────────────────────────

    def reader(self, address: str = ANA, newsletter: str = "daily") -> Subscriber:
        reader = self.storage.subscribers.find(newsletter, address)
        assert reader is not None
        return reader

    def status(self, address: str = ANA, newsletter: str = "daily") -> SubscriberStatus:
        return self.reader(address, newsletter).status

    def link(self, purpose: Purpose, reader: Subscriber | None = None) -> str:
        """Return the path of a personal page."""
        return f"/{purpose.value}/{SIGNER.sign(purpose, (reader or self.reader()).id)}"

    def settle_in(self, address: str = ANA) -> Subscriber:
        """Sign up and confirm."""
        self.sign_up(address)
        self.post(self.link(Purpose.CONFIRM, self.reader(address)))
        return self.reader(address)

    def letters(self) -> list[str]:
        waiting = self.storage.subscribers.waiting_notices(limit=1000)
        return [notice.address for notice in waiting if notice.kind is NoticeKind.CONFIRM]

    def publish(self, day: date = date(2026, 4, 14), **changes: Any) -> FiledEdition:
        edition = make_edition(day=day, **changes)
        printed = make_printed(day=day, newsletter=edition.newsletter)
        expires = MORNING + timedelta(hours=18)
        return self.storage.editions.publish(edition, printed, now=MORNING, expires_at=expires)

    def snapshot(self) -> dict[str, Any]:
        """Return everything that is kept."""
        shelves = self.storage._shelves
        names = [one.name for one in dataclasses.fields(shelves)]
        return {name: dict(kept) for name in names if isinstance(kept := getattr(shelves, name), dict)}
