"""The program's log: one JSON object per line on stderr, for machines to collect. A plain module.

Names, ids and outcomes are logged, never rows or values from somebody's file, and never a secret.
"""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Write structured lines to stderr, the standard library's own log included. For processes that serve, not for commands that answer."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # what runs is told by the jobs themselves
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
