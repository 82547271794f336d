"""Where templates/, config/ and seeds/ are found: in the installed wheel, else in the checkout."""

from __future__ import annotations

from pathlib import Path

from digest.errors import DigestError

_PACKAGE = Path(__file__).parent


def find_shipped(name: str) -> Path:
    """Return the folder or file that the project ships under `name`, such as `templates` or `seeds`.

    Raises `DigestError` when the installation is damaged.
    """
    for place in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if place.exists():
            return place
    raise DigestError(f"{name} is missing from this installation; install newsroom-digest again")
