"""Invented newspapers on this machine, each played the way its CMS does it."""
