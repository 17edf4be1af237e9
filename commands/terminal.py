"""What the commands print for people: Swedish tables and sentences. Stdout holds what was asked for, stderr the rest."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from loaders.intake import Problem

# A file of a million bad rows still gets an answer that can be read; --json holds every row.
MOST_ROWS = 1000
# Into a file or a pipe there is no window to fit: wide enough for any table here, so that no name is folded.
PIPE_WIDTH = 240


def out() -> Console:
    """Where the answer goes. Colours and folding follow the window."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Console:
    """Where progress, warnings and refusals go."""
    return Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else PIPE_WIDTH)


def say(sentences: Iterable[str]) -> None:
    """Notes and warnings, one a line, on stderr."""
    for sentence in sentences:
        err().print(sentence, markup=False, soft_wrap=not sys.stderr.isatty())  # a name must not be cut in two in a pipe


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], console: Console | None = None) -> None:
    """A plain table with a title; numbers are right-aligned. Text is data, never markup."""
    rows = [list(row) for row in rows]
    drawn = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, heading in enumerate(headings):
        numeric = bool(rows) and all(isinstance(row[position], int) for row in rows)
        drawn.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(_plain(cell) for cell in row))
    (console or out()).print(drawn)


def counted(number: int, one: str, many: str) -> str:
    """`1 rad`, `2 rader`."""
    return f"{number} {one if number == 1 else many}"


def _plain(cell: object) -> str:
    from rich.markup import escape

    return "" if cell is None else escape(str(cell))


def problems(found: Sequence[Problem], console: Console | None = None) -> None:
    """Every error of one file: where, what, which rule and what to do; after the first thousand, a count per rule.

    The file is named as the problems name it: without a personnummer that stands in its name.
    """
    shown, rest = found[:MOST_ROWS], found[MOST_ROWS:]
    rows = [(str(p.row) if p.row is not None else "", p.column, p.value, p.rule, p.message) for p in shown]
    table(f"{found[0].file}: {len(found)} fel", ("Rad", "Kolumn", "Värde", "Regel", "Vad du gör"), rows, console)
    for (column, rule), count in Counter((problem.column, problem.rule) for problem in rest).most_common():
        (console or out()).print(f"… och {count} till: {column or 'filen'}, {rule}. Alla rader finns i check --json.", markup=False)


@contextmanager
def progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr for long work; call it with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
