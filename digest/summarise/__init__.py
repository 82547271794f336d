"""Shorten one article and prove every sentence.

* `sentences`: where the sentences of a text begin and end.
* `extractive`: choose sentences that stand in the article, verbatim, and read well together.
* `proof`: say whether a summary keeps what we promise of it.
"""
