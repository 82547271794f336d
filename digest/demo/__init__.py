"""The demo: one real morning of a small invented paper, and the morning after, on this machine only."""
