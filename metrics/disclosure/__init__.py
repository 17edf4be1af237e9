"""Protection of small numbers: what the public may see of a run's figures (docs/adr: disclosure)."""

from __future__ import annotations

from metrics.disclosure.audit import Finding, audit
from metrics.disclosure.proof import proved
from metrics.disclosure.protection import SUPPRESSED, Protection, Published, protect, protection, suppress, tally

__all__ = ["SUPPRESSED", "Finding", "Protection", "Published", "audit", "protect", "protection", "proved", "suppress", "tally"]
