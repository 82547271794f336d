"""What guards the sign-up form: a signed token, a trap for robots, and a cap for everybody together."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from digest.tokens import Signer

TRAP = "website"
"""A field that no person sees; whoever fills it in is a robot."""
MAX_FIELDS = 40
_BUCKET_SECONDS = 3600
_BUCKETS = 24
_MAX_NAME = 60
_LOOKS_LIKE_A_LINK = re.compile(r"[/@<>\\]|\bwww\.|\w\.\w{2,}", re.IGNORECASE)


def make_form_token(signer: Signer, now: datetime) -> str:
    """Return the token of a form that is shown now; all forms of one hour carry the same."""
    bucket = int(now.timestamp()) // _BUCKET_SECONDS
    return f"{bucket}-{signer.derive('form', bucket)}"


def is_form_token(written: str, *, signer: Signer, now: datetime) -> bool:
    """Say whether a token was made here within the last day."""
    age = int(now.timestamp()) // _BUCKET_SECONDS
    known = [f"{bucket}-{signer.derive('form', bucket)}" for bucket in range(age - _BUCKETS, age + 1)]
    return any(hmac.compare_digest(written.encode(), one.encode()) for one in known)


def clean_name(written: str) -> str:
    """Return a reader's name on one line, or nothing for what is rather a message to a stranger."""
    spaced = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in written)
    name = " ".join(unicodedata.normalize("NFC", spaced).split())
    return "" if len(name) > _MAX_NAME or _LOOKS_LIKE_A_LINK.search(name) else name


async def read_form(request: Request) -> FormData:
    """Return the fields of a form in either encoding, without files; raises `HTTPException` if damaged."""
    try:
        return await request.form(max_files=0, max_fields=MAX_FIELDS)
    except ValueError as error:  # the sender names the character set, and Python knows odd ones
        raise HTTPException(400) from error


def text_of(form: FormData, name: str) -> str:
    """Return a field's text; empty where it is missing."""
    value = form.get(name, "")
    # Half a surrogate pair can be read from a form but never written to a page.
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> frozenset[str]:
    """Return all the texts of a field that may be given many times."""
    values: Iterable[object] = form.getlist(name)
    return frozenset(value for value in values if isinstance(value, str))


@dataclass(slots=True)
class Meter:
    """Count what happens in each minute and say when it is more than `limit`."""

    limit: int
    _minute: int = field(default=0, init=False)
    _count: int = field(default=0, init=False)

    def admit(self, now: datetime) -> bool:
        """Count one more; False when this minute has had its share."""
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        return self._count <= self.limit
