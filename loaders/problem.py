"""What can be wrong with a file or with the command that names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `row` is 1-based as the sender sees it, `rule` a short stable id, `message` says in Swedish what to do.

    `row`, `column` and `value` are None where the problem is the file's and not a cell's, and `value` also where it must not spread.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str
    message: str

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as `check --json` prints it (contract, section 6)."""
        return {name: getattr(self, name) for name in ("file", "row", "column", "value", "rule", "message")}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before it is known in which file."""

    rule: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def in_file(self, name: str) -> Problem:
        """The problem, in the file of that name."""
        return Problem(name, self.row, self.column, self.value, self.rule, self.message)


class Unreadable(Exception):  # noqa: N818 - a refusal, not a fault of the program
    """The file cannot be read as a table, or must not be: carries every finding."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*(finding.message for finding in findings))
        self.findings: Sequence[Finding] = findings


class Usage(Exception):  # noqa: N818 - as above
    """The command was used wrongly: carries a Swedish sentence."""


class UnknownDataset(Usage):
    """No such dataset: what was handed over cannot be received, whatever it holds."""
