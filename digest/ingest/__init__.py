"""Intake: what a source says becomes an `Article`, cleaned last, with what was left out and why."""
