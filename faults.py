"""Where a fault of the program happened, told without what it held. A plain module that every room may import."""

from __future__ import annotations

from pathlib import Path


def place(error: BaseException) -> str:
    """File and line of a fault; its message is left out, since it could hold a value from somebody's file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "okänd plats"


def unexpected(error: BaseException) -> str:
    """A Swedish sentence about a fault that nobody foresaw."""
    return f"Något oväntat gick fel ({type(error).__name__} i {place(error)}). Hör av dig till den som sköter systemet."
