"""First visits beside Streamlit and Vizro, and a change of area or period beside an empty callback."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import polars as pl
from playwright.sync_api import sync_playwright

import figuresio
from dashboard.choices import Choices
from sql import runs
from sql.store import open_store
from tests.bench import servers
from tests.bench.process import cost
from tests.bench.visits import Visit, middle, visit
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.conftest import settings_of

INDICATOR = "ntandvard_tackning"
UNOPENED = "foljsamhet"
VISITS = 3
CHANGES = 50
ONLY_LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
Row = tuple[str, str, str, str, str]


def measure(folder: Path) -> Iterator[Row]:
    """Rows for the table of benchmarks. Builds the demo county in the folder first."""
    storage = folder / "demo"
    cost(["-m", "cli", "demo", "--no-serve"], {"UPPFOLJNING_STORAGE": str(storage)}, runs=1)
    figures = _figures(storage)
    parquet = folder / "figures.parquet"
    parquet.write_bytes(figuresio.to_parquet(figures, demo=True))
    yield from _visits(storage, parquet)
    yield from _changes(storage, figures)


def _figures(storage: Path) -> pl.DataFrame:
    store = open_store(settings_of(storage))
    run = runs.current(store)
    if run is None:
        raise RuntimeError("the demo county has no figures")
    figures = figuresio.with_run(runs.frame(store, run.id, "figures"), run.id)
    store.engine.dispose()
    return figuresio.select(figures, indicators=[INDICATOR])


# ---- First visits -------------------------------------------------------------------------------------------------------------


def _visits(storage: Path, parquet: Path) -> Iterator[Row]:
    with ExitStack() as stack:
        ours = stack.enter_context(servers.our_pages(storage))
        theirs = {
            "Streamlit": stack.enter_context(servers.streamlit_page(parquet)),
            "Vizro": stack.enter_context(servers.vizro_page(parquet)),
        }
        addresses = {"": f"{ours.url}/indikator/{INDICATOR}"} | {name: server.url for name, server in theirs.items()}
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, ONLY_LOOPBACK])
        for address in addresses.values():  # warm servers
            visit(browser, address)
        ours.rest()  # the other two make nothing ahead, and watch files all the time
        taken: dict[str, list[Visit]] = {name: [] for name in addresses}
        for _ in range(VISITS):  # in turn, so that other load on the machine meets all three
            for name, address in addresses.items():
                taken[name].append(visit(browser, address))
        browser.close()
    own = middle(taken.pop(""))
    for name, visits in taken.items():
        yield from _beside(own, middle(visits), name)


def _beside(ours: Visit, theirs: Visit, name: str) -> Iterator[Row]:
    for what, unit, mine, other, aim in (
        ("kB", " kB", ours.kilobytes, theirs.kilobytes, "högst 750 kB"),
        ("frågor", "", ours.requests, theirs.requests, "högst 20"),
        ("rubriken läsbar", " ms", ours.text_ms, theirs.text_ms, "under 1"),
        ("första diagrammet", " ms", ours.chart_ms, theirs.chart_ms, "under 1"),
    ):
        yield (f"första besök, {what}", f"{mine:.0f}{unit}", f"{name} {other:.0f}{unit}", f"{mine / other:.2f}", aim)


# ---- Changes of area and period -----------------------------------------------------------------------------------------------


def _changes(storage: Path, figures: pl.DataFrame) -> Iterator[Row]:
    """From a page that has been read for a while, back to what was seen, and from a page that nobody has opened."""
    with servers.our_callbacks(storage) as server:
        for name, path in (("översikten", "/"), ("måttets sida", f"/indikator/{INDICATOR}")):
            _open(server, path)
            addresses = _addresses(path, figures)
            yield _change(server, f"{name}, läst en stund", addresses)
            yield _change(server, f"{name}, visat förut", addresses)
        yield _change(server, "ett måtts sida som ingen har öppnat", _addresses(f"/indikator/{UNOPENED}", figures))


def _open(server: servers.Server, address: str) -> None:
    """Open the page, and let the server make what it makes ahead."""
    connection = HTTPConnection("127.0.0.1", server.port)
    post(connection, "page", address)
    connection.close()  # the server ends a connection that is silent for long
    server.rest()


def _change(server: servers.Server, what: str, addresses: list[str]) -> Row:
    connection = HTTPConnection("127.0.0.1", server.port)
    empty, change = _timed(connection, addresses)
    connection.close()
    return (
        f"byte av område eller period, {what}",
        f"{change:.2f} ms",
        f"tom callback {empty:.2f} ms",
        f"{change / empty:.1f}",
        "högst 2",
    )


def _addresses(path: str, figures: pl.DataFrame) -> list[str]:
    """Every other a kommun in the default period, every other a period for the county, until there are enough."""
    kommuner = figures.filter(pl.col("area_kind") == "kommun")["area"].unique().sort().to_list()
    periods = figures["period"].unique().sort().to_list()
    alone = [choice for pair in zip(kommuner, periods, strict=False) for choice in (("area", pair[0]), ("period", pair[1]))]
    rest = [("area", kommun) for kommun in kommuner[len(periods) :]]
    return [Choices(path).but(**{name: value}).address for name, value in (*alone, *rest)][:CHANGES]


def _timed(connection: HTTPConnection, addresses: list[str]) -> tuple[float, float]:
    """Median ms of the empty callback and of the page's, asked in turn on one connection."""
    pairs = [(post(connection, "empty", address), post(connection, "page", address)) for address in addresses]
    return statistics.median(empty for empty, _ in pairs), statistics.median(change for _, change in pairs)


def post(connection: HTTPConnection, component: str, address: str) -> float:
    """Ask as the browser does when the address changes. ms until the whole answer is read."""
    body = {
        "output": f"{component}.answer",
        "outputs": {"id": component, "property": "answer"},
        "inputs": [{"id": component, "property": "address", "value": address}],
        "changedPropIds": [f"{component}.address"],
    }
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    began = time.perf_counter()
    connection.request("POST", "/_dash-update-component", json.dumps(body).encode(), headers)
    response = connection.getresponse()
    answer = response.read()
    took = (time.perf_counter() - began) * 1000
    if response.status != 200:
        raise RuntimeError(f"{component} {address}: {response.status} {answer[:200]!r}")
    return took
