"""Delivery reports: the machine-readable ones of RFC 3464, and the prose of servers that write none."""

from __future__ import annotations

import re
from email.message import Message

from digest.model.bounce import Bounce

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
_ADDRESS = re.compile(r"<?([^\s<>\"';:,()\[\]]+@[^\s<>\"';:,()\[\]]+\.[A-Za-z]{2,})>?")
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|problem|notification)|returned|failure notice|mail delivery",
    re.IGNORECASE,
)
MAX_TEXT = 20_000
MAX_WORDS = 500


def read_delivery_report(message: Message, *, return_path: str) -> tuple[Bounce, ...]:
    """Return a bounce for each recipient block of a report whose action is a failure or a delay.

    The first block of `message/delivery-status` is about the report itself (RFC 3464, 2.2).
    """
    bounces = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if not isinstance(block, Message) or not (
                block["Final-Recipient"] or block["Original-Recipient"]
            ):
                continue
            action = _typed(block["Action"]).split(" ")[0].lower()
            if action in {"delivered", "relayed", "expanded"}:
                continue
            diagnostic = _typed(block["Diagnostic-Code"])
            bounces.append(
                Bounce(
                    recipient=_typed(block["Final-Recipient"] or block["Original-Recipient"]),
                    return_path=return_path,
                    status=_status(diagnostic, _typed(block["Status"])),
                    diagnostic=diagnostic or _prose(message),
                    action=action or "failed",
                )
            )
    return tuple(bounces)


def read_plain_report(message: Message, *, return_path: str) -> tuple[Bounce, ...]:
    """Return the one bounce of a report in prose, or nothing where the letter is no report.

    It is taken for a report if a mail system sent it, or its subject says so, and it holds a code.
    """
    sender = str(message.get("From", "")).lower()
    system = "mailer-daemon" in sender or "postmaster" in sender
    if not system and not _SUBJECT.search(str(message.get("Subject", ""))):
        return ()
    prose = _prose(message)
    status = _status(prose, "")
    code = _CODE.search(prose)
    if not status and not code:
        return ()
    found = _ADDRESS.search(prose)
    failed = str(message.get("X-Failed-Recipients", "")) or (found.group(1) if found else "")
    first = code.group(1)[0] if code else status[0]
    return (
        Bounce(
            recipient=failed.strip()[:MAX_WORDS],
            return_path=return_path,
            status=status or f"{first}.0.0",
            diagnostic=prose[:MAX_WORDS],
            action="delayed" if first == "4" else "failed",
        ),
    )


def _typed(value: object) -> str:
    """Return a field without its leading type, such as `rfc822;`, and without line breaks."""
    words = " ".join(str(value or "").split())
    kind, semicolon, rest = words.partition(";")
    return (rest if semicolon and " " not in kind.strip() else words).strip()[:MAX_WORDS]


def _status(diagnostic: str, field: str) -> str:
    """Return the enhanced code: the server's own words beat a field that says only "5.0.0"."""
    stated = _STATUS.search(field)
    if stated and not stated.group(1).endswith(".0.0"):
        return stated.group(1)
    found = _STATUS.search(diagnostic) or stated
    return found.group(1) if found else ""


def _prose(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() in {"text/plain", "text/html"}:
            payload = part.get_payload(decode=True)
            raw = payload if isinstance(payload, bytes) else b""
            return " ".join(raw[:MAX_TEXT].decode("utf-8", "replace").split())
    return ""
