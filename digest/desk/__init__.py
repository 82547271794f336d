"""The editors' preview: the day's edition as it would be sent now, on this machine only, read-only."""
