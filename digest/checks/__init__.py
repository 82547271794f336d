"""Say what is wrong with a printed edition before a reader sees it. Pure: bytes in, findings out."""

from digest.checks.checker import EditionChecker
from digest.checks.rules import RULES

__all__ = ["RULES", "EditionChecker"]
