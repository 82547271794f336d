"""Alembic's folder: how a database of any version gets the tables of this one."""
