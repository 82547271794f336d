"""Shorten one article and prove every sentence.

* `sentences`: where the sentences of a text begin and end.
* `coherence`: which sentences may be printed, and which need the one before them.
* `vectors`, `features`: what can be measured of a sentence.
* `weights`: how much of that counts, learned (`weights.json`).
* `selection`: the best set of sentences that keeps the rules.
* `extractive`: all of it, for an article: sentences that stand in it, verbatim, and read well together.
* `proof`: say whether a summary keeps what we promise of it.
"""
