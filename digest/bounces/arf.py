"""Complaints: feedback reports of mail providers whose reader pressed "this is spam" (RFC 5965)."""

from __future__ import annotations

from email.message import Message
from email.parser import HeaderParser

from digest.model.bounce import Bounce

COMPLAINT = "complaint"
"""The `action` by which a bounce says that it is a complaint."""


def read_complaint(message: Message, *, return_path: str) -> tuple[Bounce, ...]:
    """Return the complaint of a feedback report, as one bounce.

    The return path that proves which delivery it is about stands in the returned letter or in the
    report's `Original-Mail-From`, for a complaint is sent to a mailbox of its own.
    """
    report: Message | None = None
    returned: Message | None = None
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            report = _fields(part)
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            returned = _fields(part)
    paths = [
        (report or message).get("Original-Mail-From"),
        (returned or message).get("Return-Path"),
        return_path,
    ]
    written = [str(path).strip().strip("<>") for path in paths if path]
    ours = [path for path in written if path.lower().startswith("b+")]
    recipient = str((report or message).get("Original-Rcpt-To") or (returned or message).get("To") or "")
    return (
        Bounce(
            recipient=" ".join(recipient.split())[:500],
            return_path=next(iter(ours), return_path),
            status="",
            diagnostic=str((report or message).get("Feedback-Type") or "abuse").strip()[:100],
            action=COMPLAINT,
        ),
    )


def _fields(part: Message) -> Message:
    """Return the header fields that a part holds as its content."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    return HeaderParser().parsestr(str(payload).lstrip())
