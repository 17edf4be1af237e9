"""What readers are told where rows are gone and figures stay: on the figure's page, in the API and among the deliveries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from config import Retention, Settings
from dashboard.app import create_app
from dashboard.choices import figure_address
from flows.compute import compute
from flows.gallring import gallra, plan
from sql.store import open_store
from tests.dashboard.served import HOME
from tests.flows.test_gallring import TODAY
from tests.sql.made import ALE, NOON, coverage, deliver, discharge


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """Discharges of December 2024, whose rows are gone, and of January 2025."""
    store = open_store(settings.model_copy(update={"retention": {"utskrivning": Retention(years=1, source="prov")}}))
    for month in ("2024-12", "2025-01"):
        deliver(store, "utskrivning", [discharge(f"a{month}", ALE, f"{month}-03")], coverage([ALE], month))
    compute(store.settings, store, NOON)
    for old in plan(store.settings, store, TODAY):
        gallra(store.settings, store, old, "anna", NOON)
    compute(store.settings, store, NOON)
    yield TestClient(create_app(store.settings, store, recompute=lambda: None, ahead=False), base_url=HOME)
    store.close()


@pytest.mark.parametrize(("period", "gone"), [("2024-12", True), ("2025-01", False)])
def test_a_figure_says_whether_it_can_be_computed_again(client: TestClient, period: str, gone: bool) -> None:
    page = client.get(figure_address("utskrivna", ALE, period)).text
    assert ("Raderna i leverans 1 är gallrade. Siffran kan inte räknas om." in page) == gone
    assert ("Räkna om</button>" in page) != gone
    assert "Inga rader: det som täcks är noll." not in page
    asked = {"indicator": "utskrivna", "area": ALE, "period": period, "recompute": "true"}
    told = client.get("/api/v1/lineage", params=asked).json()
    assert (told["recomputable"], told["equal"]) == ((False, None) if gone else (True, True))
    assert (told["figure"]["value"], told["row_count"], told["deliveries"][0]["rows"]) == ((1, None, None) if gone else (1, 1, 1))


def test_the_deliveries_say_when_the_rows_went(client: TestClient) -> None:
    page = client.get("/leveranser").text
    assert page.count("gäller. Raderna gallrades 1\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2026") == 1
    assert "Där raderna är gallrade finns siffrorna kvar." in page
