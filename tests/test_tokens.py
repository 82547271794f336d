"""Tokens: nobody makes one, none opens anything but its own door, and old ones stay good."""

from __future__ import annotations

import base64
import secrets

import pytest
from hypothesis import given, strategies as st

from digest.errors import SettingsError, TokenRefused
from digest.testing.factories import SIGNER
from digest.tokens import Purpose, Signer

OLD, NEW = (0, b"o" * 32), (1, b"n" * 32)
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


@given(st.sampled_from(list(Purpose)), st.integers(0, 2**48 - 1))
def test_a_token_says_its_number_in_37_characters_and_survives_folding(purpose: Purpose, number: int) -> None:
    token = SIGNER.sign(purpose, number)
    assert len(token) == 37
    assert set(token) <= set(ALPHABET)
    assert SIGNER.read(purpose, token) == SIGNER.read(purpose, token.upper()) == number


def test_only_the_diagonal_of_purposes_opens() -> None:
    for made in Purpose:
        for asked in Purpose:
            token = SIGNER.sign(made, 7)
            if made is asked:
                assert SIGNER.read(asked, token) == 7
            else:
                with pytest.raises(TokenRefused):
                    SIGNER.read(asked, token)


def test_ten_thousand_forgeries_open_nothing() -> None:
    token = SIGNER.sign(Purpose.UNSUBSCRIBE, 7)
    forgeries = {"".join(secrets.choice(ALPHABET) for _ in range(37)) for _ in range(9000)}
    forgeries |= {
        token[:place] + letter + token[place + 1 :] for place in range(37) for letter in ALPHABET
    } - {token}
    for forged in forgeries:
        with pytest.raises(TokenRefused):
            SIGNER.read(Purpose.UNSUBSCRIBE, forged)


@pytest.mark.parametrize(
    "damaged", ["", "a", "a" * 36, "a" * 38, "a" * 36 + "1", "ä" * 37, "\u017f" * 37, "a" * 36 + "="]
)
def test_what_is_damaged_is_refused(damaged: str) -> None:
    with pytest.raises(TokenRefused, match="copy it whole"):
        SIGNER.read(Purpose.UNSUBSCRIBE, damaged)


def test_the_spare_bits_of_the_last_letter_make_no_second_spelling() -> None:
    token = SIGNER.sign(Purpose.UNSUBSCRIBE, 7)
    raw = base64.b32decode(token.upper() + "===")
    twins = [
        token[:-1] + letter
        for letter in ALPHABET
        if letter != token[-1] and base64.b32decode((token[:-1] + letter).upper() + "===") == raw
    ]
    assert twins
    for twin in twins:
        with pytest.raises(TokenRefused):
            SIGNER.read(Purpose.UNSUBSCRIBE, twin)


def test_links_of_an_old_key_stay_good_after_rotation_and_end_when_it_is_taken_out() -> None:
    token = Signer((OLD,)).sign(Purpose.UNSUBSCRIBE, 7)
    rotated = Signer((NEW, OLD))
    assert rotated.read(Purpose.UNSUBSCRIBE, token) == 7
    assert rotated.sign(Purpose.UNSUBSCRIBE, 7) != token
    with pytest.raises(TokenRefused):
        Signer((NEW,)).read(Purpose.UNSUBSCRIBE, token)


def test_what_must_stay_the_same_for_ever_depends_on_the_oldest_key() -> None:
    assert Signer((OLD,)).derive("message-id", 1, 2) == Signer((NEW, OLD)).derive("message-id", 1, 2)
    assert Signer((OLD,)).address_key("a@x.org") == Signer((NEW, OLD)).address_key("a@x.org")
    assert SIGNER.derive("message-id", 1, 2) != SIGNER.derive("message-id", 12, "")
    assert SIGNER.derive("a", 1) != SIGNER.derive("b", 1)


@pytest.mark.parametrize("keys", [(), ((0, b"short"),), (OLD, (0, b"x" * 32)), ((256, b"x" * 32),)])
def test_keys_that_would_not_protect_anybody_are_refused(keys: tuple[tuple[int, bytes], ...]) -> None:
    with pytest.raises(SettingsError):
        Signer(keys)


def test_a_secret_is_not_shown() -> None:
    assert "secret" not in repr(SIGNER)
