"""Alembic's scripts: `env.py`, the template and one file per revision."""
