"""Every table that there is, for whoever must know them all: migrations and backups."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import sql.tables
import sql.tables_access
import sql.tables_gallring
import sql.tables_pieces
import sql.tables_plans  # noqa: F401  # they fill SQLModel's metadata

METADATA: Final[MetaData] = SQLModel.metadata
