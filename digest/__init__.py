"""Turns a newspaper's published articles into its daily email newsletter."""
