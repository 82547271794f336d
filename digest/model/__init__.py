"""The words: values that every room speaks of, and what is true of them by themselves.

Frozen, without I/O, without clocks. The name of a type says how far a story has come:
`Article → Brief → Edition → PrintedEdition → Delivery → (Envelope, bytes) → Reply`.
"""
