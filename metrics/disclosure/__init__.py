"""Protection of small numbers: what the public may see of a run's figures."""

from __future__ import annotations

from metrics.disclosure.protection import protect

__all__ = ["protect"]
