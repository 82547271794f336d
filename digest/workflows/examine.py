"""Examine: is this newsroom fit to send? What must be mended, in words that say how."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from digest.config import Settings
from digest.errors import DigestError
from digest.model.finding import Finding, Severity
from digest.model.newsletter import Newsletter
from digest.ports import Press, Storage, Transport
from digest.workflows.watch import watch_sources


def examine(
    settings: Settings,
    newsletters: tuple[Newsletter, ...],
    *,
    storage: Storage,
    press: Press,
    transport: Transport | None,
    now: datetime,
) -> tuple[Finding, ...]:
    """Return what is wrong, the worst first; `transport` None leaves the mail server alone."""
    findings = [
        *_settings(settings),
        *_database(storage),
        *watch_sources([source.name for source in settings.sources], storage=storage, now=now),
        *_readers(newsletters, storage),
        *_templates(newsletters, press, storage),
    ]
    if transport is not None:
        findings += _mail_server(settings, transport)
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _settings(settings: Settings) -> Iterator[Finding]:
    def finding(rule: str, severity: Severity, message: str) -> Finding:
        return Finding(rule=rule, severity=severity, message=message)

    if not settings.sources:
        yield finding("sources.none", Severity.MUST, "nothing is read; add [[sources]] to digest.toml")
    for what, address in (
        ("mail.from_address", settings.mail.from_address),
        ("mail.reply_to", settings.mail.reply_to),
        ("paper.corrections_email", settings.paper.corrections_email),
        ("mail.bounce_domain", settings.mail.bounce_domain),
        ("paper.url", settings.paper.url.removeprefix("https://").partition("/")[0]),
    ):
        if address.rpartition("@")[2].endswith((".example", "example.com", "example.org")):
            yield finding(what, Severity.SHOULD, f"{address} is an example; write your own")
    if not settings.paper.postal_address:
        message = "bulk mail needs a postal address in its footer; write it"
        yield finding("paper.postal_address", Severity.SHOULD, message)
    if settings.web.base_url.startswith(("http://127.", "http://localhost", "http://[::1]")):
        message = "readers' links would lead to this machine; write the public address of these pages"
        yield finding("web.base_url", Severity.MUST, message)
    elif not settings.web.base_url.startswith("https://"):
        yield finding(
            "web.base_url",
            Severity.SHOULD,
            "readers' links should be https://, else mail programs offer no one-click (RFC 8058)",
        )
    if settings.mail.tls == "none" and settings.mail.host not in {"127.0.0.1", "::1", "localhost"}:
        yield finding("mail.tls", Severity.MUST, "without TLS only a relay on this machine may be used")


def _database(storage: Storage) -> Iterator[Finding]:
    for trouble in storage.check():
        yield Finding(rule="storage", severity=Severity.SHOULD, message=trouble)


def _readers(newsletters: tuple[Newsletter, ...], storage: Storage) -> Iterator[Finding]:
    for newsletter in newsletters:
        if not any(storage.subscribers.counts(newsletter.name).values()):
            yield Finding(
                rule="subscribers.none",
                severity=Severity.INFO,
                message=f"{newsletter.name} has no readers yet; see `digest subscribers --help`",
            )


def _templates(newsletters: tuple[Newsletter, ...], press: Press, storage: Storage) -> Iterator[Finding]:
    for newsletter in newsletters:
        filed = storage.editions.latest(newsletter.name)
        if filed is None or not filed.edition.stories:
            continue
        try:
            press.print_edition(filed.edition)
        except DigestError as error:
            yield Finding(rule="templates", severity=Severity.MUST, message=str(error))


def _mail_server(settings: Settings, transport: Transport) -> Iterator[Finding]:
    async def knock() -> None:
        async with transport.open():
            pass

    try:
        asyncio.run(knock())
    except DigestError as error:
        where = f"{settings.mail.host}:{settings.mail.port}"
        yield Finding(rule="mail.server", severity=Severity.MUST, message=f"{where}: {error}")
