"""Signed tokens for links and return paths.

A token is one key id byte, a 48-bit number and a 128-bit HMAC-SHA256 tag over purpose and number,
in lower-case base32 without padding: 37 characters, which hosts that fold case leave intact (VERP
local parts may be folded, RFC 5321 2.4) and which keep `List-Unsubscribe` short. The purpose stands
inside the MAC, so a token for one purpose opens nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from digest.errors import SettingsError, TokenRefused

_NUMBER_BYTES = 6
_TAG_BYTES = 16
_LENGTH = 37
MIN_KEY_BYTES = 32


class Purpose(StrEnum):
    """What a token opens."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    RETURN_PATH = "return-path"


@dataclass(frozen=True, slots=True)
class Signer:
    """Sign and read tokens, and derive what must be stable but not guessable.

    `keys` are secrets of at least 32 bytes, the newest first: it signs, all of them read, so that a key
    can be rotated without breaking the links in letters already sent. Give every key its own id: the
    tuple's order is (id, secret).
    """

    keys: tuple[tuple[int, bytes], ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse keys that are missing, short or numbered twice."""
        if not self.keys:
            raise SettingsError("there is no secret key; `digest init` writes one, or set [secrets] key_file")
        if any(len(secret) < MIN_KEY_BYTES for _, secret in self.keys):
            raise SettingsError(f"a secret key needs {MIN_KEY_BYTES} bytes; `digest init` writes a good one")
        ids = [key_id for key_id, _ in self.keys]
        if len(set(ids)) != len(ids) or any(not 0 <= key_id < 256 for key_id in ids):  # noqa: PLR2004 - one byte
            raise SettingsError("each secret key needs an id of its own, 0 to 255")

    def sign(self, purpose: Purpose, number: int) -> str:
        """Return the token that lets its bearer do `purpose` for row `number` (0 to 2^48 - 1)."""
        key_id, secret = self.keys[0]
        payload = bytes([key_id]) + number.to_bytes(_NUMBER_BYTES, "big")
        return base64.b32encode(payload + _tag(secret, purpose, payload)).decode().rstrip("=").lower()

    def read(self, purpose: Purpose, token: str) -> int:
        """Return the number a token stands for.

        Raises `TokenRefused` when it is damaged, forged or was made for another purpose, without
        saying which.
        """
        refused = TokenRefused("this link is not valid; copy it whole from the letter")
        # Hosts may fold case, so upper case is read too; anything beyond ASCII would fold into it.
        if len(token) != _LENGTH or not token.isascii():
            raise refused
        try:
            raw = base64.b32decode(token.upper() + "===")
        except binascii.Error as error:
            raise refused from error
        payload, tag = raw[:-_TAG_BYTES], raw[-_TAG_BYTES:]
        # The last character carries spare bits: only the one canonical spelling is a token.
        canonical = base64.b32encode(raw).decode().rstrip("=") == token.upper()
        for key_id, secret in self.keys:
            ours = hmac.compare_digest(tag, _tag(secret, purpose, payload))
            if key_id == payload[0] and ours and canonical:
                return int.from_bytes(payload[1:], "big")
        raise refused

    def derive(self, purpose: str, *parts: str | int) -> str:
        """Return 128 bits in hexadecimal that depend on the oldest key, the purpose and the parts only.

        Message-IDs and MIME boundaries are made so: the bytes of two attempts are equal.
        """
        _, secret = self.keys[-1]
        message = "\0".join(["derive", purpose, *map(str, parts)]).encode()
        return hmac.digest(secret, message, "sha256")[:_TAG_BYTES].hex()

    def address_key(self, address: str) -> str:
        """Return the keyed hash under which an address is remembered after it was erased.

        The address must already be folded. The oldest key is used: this hash must outlive rotation.
        """
        _, secret = self.keys[-1]
        return hmac.digest(secret, b"address\0" + address.encode(), "sha256").hex()


def _tag(secret: bytes, purpose: Purpose, payload: bytes) -> bytes:
    return hmac.digest(secret, purpose.value.encode() + b"\0" + payload, "sha256")[:_TAG_BYTES]
