"""The jobs' surroundings: a store of its own, an inbox and a clock that the test sets."""

from __future__ import annotations

from tests.jobs.conftest import around, clock, mailbox  # noqa: F401 - fixtures
