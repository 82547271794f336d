"""Say what is wrong with a printed edition before a reader sees it. Pure: values in, findings out.

* `rules`: the table of all rules.
* `page`: a printed edition, parsed once.
* `html`, `links`, `images`, `headers`, `size`: what each looks at.
* `checker`: `EditionChecker`, which asks them all.
"""

from digest.checks.checker import EditionChecker
from digest.checks.rules import RULES

__all__ = ["RULES", "EditionChecker"]
