"""The command `digest` and `python -m digest`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from digest.cli.app import run

    run()


if __name__ == "__main__":
    main()
