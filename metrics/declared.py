"""Indicators and worked cases that the settings make: called once by a program that has read its settings."""

from __future__ import annotations

from config import Settings
from metrics import cases, indicators


def declare(settings: Settings) -> None:
    """Make `INDICATORS` and `CASES` those of the settings, so that pages, files and the API know each condition by its name."""
    indicators.declare(settings)
    cases.declare(settings)
