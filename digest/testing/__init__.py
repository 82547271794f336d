"""Fakes and factories, shipped: for our tests and for those of papers that write their own parts.

* `digest.testing.factories`: articles, briefs, editions and clocks with sensible values.
* `digest.testing.memory`: a whole `Storage` in memory, under the same suite as the real ones.
* `digest.testing.smtp`: a real mail server on loopback that records, and misbehaves by name.
"""
