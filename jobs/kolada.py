"""Fetching nyckeltal from Kolada's API, version 3, for the county's kommuner.

At most 25 ids per part of an address; answers are paged by `next_url`; an id that Kolada does not know gives no error, only nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from config import KoladaSource
from jobs.job import Job, JobFailed, Log, Surroundings
from jobs.web import Client
from sql import outside
from sql.outside import Measure, Value

NAME: Final = "Kolada"
_IDS: Final = 25
_MOST_PAGES: Final = 1000
_TOTAL: Final = "T"


def run(around: Surroundings, log: Log) -> str:
    """Replace what is kept of each nyckeltal with what Kolada has now, all in one. Raises JobFailed."""
    source = around.settings.sources.kolada
    if source is None or not source.kpis:
        return "Inga nyckeltal är valda."
    client = Client(NAME, around.stopping.wait)
    measures = _measures(client, source)
    values = _values(client, source, list(around.settings.kommuner))
    if silent := [m.kpi for m in measures if not any(value.kpi == m.kpi for value in values)]:
        log(f"Inga värden för länets kommuner i {', '.join(silent)}.")
    if not values and outside.values(around.store):
        raise JobFailed(f"{NAME} gav inga värden alls. De som hämtades förra gången är kvar.")
    outside.replace(around.store, measures, values, now=around.clock())
    return f"{len(values)} värden för {len(measures)} nyckeltal hämtade."


def _measures(client: Client, source: KoladaSource) -> list[Measure]:
    rows = [row for ids in _batches(source.kpis) for row in _rows(client, source, f"kpi/{ids}")]
    with _of_the_expected_shape():
        found = [Measure(str(row["id"]), str(row["title"])) for row in rows if row["id"] in source.kpis]
    if unknown := set(source.kpis) - {measure.kpi for measure in found}:
        raise JobFailed(f"{NAME} känner inte {', '.join(sorted(unknown))}. Rätta sources.kolada i inställningarna.", may_pass=False)
    return list({measure.kpi: measure for measure in found}.values())


def _values(client: Client, source: KoladaSource, kommuner: Sequence[str]) -> list[Value]:
    asked = [f"data/municipality/{some}/kpi/{ids}" for some in _batches(kommuner) for ids in _batches(source.kpis)]
    rows = [row for path in asked for row in _rows(client, source, path)]
    found: dict[tuple[str, str, int], Value] = {}
    with _of_the_expected_shape():
        wanted = (row for row in rows if row["municipality"] in kommuner and row["kpi"] in source.kpis)
        for value in (value for row in wanted for value in _of_row(row) if value.year >= source.first_year):
            if found.setdefault((value.kpi, value.kommun, value.year), value) != value:
                raise JobFailed(f"{NAME} ger två olika värden för {value.kpi}, {value.kommun}, {value.year}.")
    return list(found.values())


@contextmanager
def _of_the_expected_shape() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JobFailed(f"{NAME} svarade inte som väntat.") from error


def _batches(ids: Sequence[str]) -> list[str]:
    """The ids as parts of addresses, as many in each as Kolada takes."""
    return [",".join(ids[start : start + _IDS]) for start in range(0, len(ids), _IDS)]


def _of_row(row: dict[str, Any]) -> Iterator[Value]:
    """The value of all genders; one that is missing keeps the status that says why, one that is deleted is none."""
    for value in row["values"]:
        if value["gender"] == _TOTAL and not value.get("isdeleted"):
            number = value["value"]
            if isinstance(number, bool) or not isinstance(number, int | float | None):
                raise TypeError("a value is a number or null")
            yield Value(row["kpi"], row["municipality"], int(row["period"]), number, value.get("status") or "")


def _rows(client: Client, source: KoladaSource, path: str) -> list[dict[str, Any]]:
    """All pages. Raises JobFailed for an answer of another shape, and for pages elsewhere or without end."""
    address: str | None = f"{source.address}/{path}"
    rows: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        if address is None:
            return rows
        answer = client.get(address)
        with _of_the_expected_shape():
            rows += [dict(row) for row in answer["values"]]
            address = answer["next_url"] if answer.get("next_url") else None
        if address is not None and urlsplit(address).netloc != urlsplit(source.address).netloc:
            raise JobFailed(f"{NAME} hänvisar till en annan adress för nästa sida.", may_pass=False)
    raise JobFailed(f"{NAME} slutar inte ge nya sidor.", may_pass=False)


JOB: Final = Job("kolada", run)
