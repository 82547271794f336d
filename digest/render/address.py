"""The addresser: one printed edition becomes a message for each reader, in microseconds.

Headers and both parts are written into one mould when the edition is opened. Per reader five short
values are made (recipient, Message-ID, two tokens, return path) and bytes are joined. Everything depends
on the edition, the delivery and the secret alone: a second attempt sends the same bytes.
"""

from __future__ import annotations

import re
from datetime import datetime

from digest.config import MailSettings, PaperSettings
from digest.model.delivery import Delivery, Envelope
from digest.model.edition import PrintedEdition
from digest.model.marks import Mark
from digest.render.clean import one_line
from digest.render.headers import header, phrase_tokens
from digest.render.letter import Sender, alternative, recipient
from digest.render.links import PublicPages
from digest.render.mould import Mould, Slot
from digest.tokens import Purpose, Signer

_SENDER_ID = (5, 15)  # the last field of Gmail's Feedback-ID


class MessageAddresser:
    """Fill the marks of one printed edition; implements `ports.Addresser`.

    `title` is the newsletter's, for `List-Id`; `published_at` becomes the date of every message.
    """

    def __init__(
        self,
        printed: PrintedEdition,
        *,
        published_at: datetime,
        signer: Signer,
        paper: PaperSettings,
        mail: MailSettings,
        base_url: str,
        title: str = "",
    ) -> None:
        if published_at.tzinfo is None:
            raise ValueError("published_at has no time zone; give it the one the store keeps")
        pages = PublicPages.at(base_url)
        self._signer = signer
        self._sender = Sender.of(paper, mail)
        boundary = signer.derive("boundary", printed.newsletter, printed.day.isoformat())
        holes = {
            Mark.UNSUBSCRIBE.value: (pages.unsubscribe, Slot.UNSUBSCRIBE.hole),
            Mark.PREFERENCES.value: (pages.preferences, Slot.PREFERENCES.hole),
        }
        self._mould = Mould(
            self._sender.headers(printed.subject, at=published_at)
            + list_headers(printed, self._sender, pages, title=one_line(title) or one_line(paper.name))
            + alternative(printed.text, printed.html, boundary=boundary, holes=holes)
        )

    def address(self, delivery: Delivery) -> tuple[Envelope, bytes]:
        """Return envelope and message; raises `AddressRefused` for this reader only."""
        address, to = recipient(delivery.address, delivery.name)
        sign = self._signer.sign
        derived = self._signer.derive("message-id", delivery.edition_id, delivery.subscriber_id)
        message = self._mould.cast(
            {
                Slot.TO: to,
                Slot.MESSAGE_ID: self._sender.message_id(derived),
                Slot.UNSUBSCRIBE: sign(Purpose.UNSUBSCRIBE, delivery.subscriber_id).encode("ascii"),
                Slot.PREFERENCES: sign(Purpose.PREFERENCES, delivery.subscriber_id).encode("ascii"),
            }
        )
        return_path = f"b+{sign(Purpose.RETURN_PATH, delivery.id)}@{self._sender.bounce_domain}"
        return Envelope(mail_from=return_path, rcpt_to=address), message


def list_headers(printed: PrintedEdition, sender: Sender, pages: PublicPages, *, title: str) -> bytes:
    """Return what makes a letter one of a list (RFC 2369, 2919, 5064, 8058, 9477; Gmail's Feedback-ID)."""
    least, most = _SENDER_ID
    sender_id = re.sub(r"[^a-z0-9]", "", sender.domain)[:most].ljust(least, "0")
    token = Slot.UNSUBSCRIBE.hole
    return b"".join(
        [
            header("List-Id", [*phrase_tokens(title), f"<{printed.newsletter}.{sender.domain}>"]),
            # Two literal addresses on two lines: never encoded, whatever their length (RFC 8058).
            b"List-Unsubscribe: <" + pages.unsubscribe.encode("ascii") + token + b">,\r\n",
            b" <mailto:u+" + token + f"@{sender.bounce_domain}>\r\n".encode("ascii"),
            header("List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"]),
            header("List-Help", [f"<mailto:{sender.reply_to}?subject=help>"]),
            header("List-Subscribe", [f"<{pages.home}>"]),
            header("List-Owner", [f"<mailto:{sender.reply_to}>"]),
            header("List-Post", ["NO"]),
            header("List-Archive", [f"<{pages.archive(printed.newsletter)}>"]),
            header("Archived-At", [f"<{pages.edition(printed.newsletter, printed.day)}>"]),
            header("Precedence", ["bulk"]),
            header("Feedback-ID", [f"{printed.day:%Y%m%d}:{printed.newsletter}:edition:{sender_id}"]),
            header("CFBL-Address", [f"fbl@{sender.bounce_domain};", "report=arf"]),
        ]
    )
