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


def out() -> Console:
    """Where the answer goes. Outside a terminal lines are never folded, so that a program can read them."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """Where progress, warnings and refusals go."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def say(sentences: Iterable[str]) -> None:
    """Notes and warnings, one a line, on stderr."""
    for sentence in sentences:
        err().print(sentence, markup=False)


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


def _plain(cell: object) -> str:
    from rich.markup import escape

    return "" if cell is None else escape(str(cell))


def problems(found: Sequence[Problem], console: Console | None = None) -> None:
    """Every error of a file: where, what, which rule and what to do; after the first thousand, a count per rule."""
    shown, rest = found[:MOST_ROWS], found[MOST_ROWS:]
    table(
        f"{found[0].file}: {len(found)} fel, inget har laddats" if found else "",
        ("Rad", "Kolumn", "Värde", "Regel", "Vad du gör"),
        (
            (problem.row if problem.row is not None else "", problem.column, problem.value, problem.rule, problem.message)
            for problem in shown
        ),
        console,
    )
    for (column, rule), count in Counter((problem.column, problem.rule) for problem in rest).most_common():
        (console or out()).print(f"… och {count} till: {column or 'filen'}, {rule}. Alla rader finns i check --json.", markup=False)


@contextmanager
def progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr for long work; call it with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
