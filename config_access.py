"""What config.yaml says of people: how they sign in, and how long the audit trail is kept."""

from __future__ import annotations

from pydantic import Field

from config_values import Text, Value


class AuditSettings(Value):
    """`keep_years`: older lines are cut off by `audit cut`; without it none are.

    `key_file` holds the key of the chain; without it the key lies in the storage folder. Processes on several machines share one.
    """

    keep_years: int | None = Field(default=None, ge=1)
    key_file: Text | None = None
