"""Protection of small numbers: what the public may see of a run's figures (docs/adr: disclosure)."""

from __future__ import annotations

from metrics.disclosure.audit import Finding, audit
from metrics.disclosure.protection import Protection, Published, protect, protection

__all__ = ["Finding", "Protection", "Published", "audit", "protect", "protection"]
