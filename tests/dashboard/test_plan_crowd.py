"""Many people enter outcomes at once on PostgreSQL, through the real server: none is lost, and whoever came second is told."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sql import audit_trail, plan_entries
from sql.plan_entries import Place
from sql.store import open_store
from tests.browser.conftest import serving
from tests.conftest import settings_of, soak
from tests.dashboard.plans import ALE, SERVICES, T1, at_noon_in_november, form, load

PEOPLE = soak(20, 50)
SHARED = Place(ALE, T1, "matt", SERVICES, "utfall")


def send(url: str, fields: dict[str, str]) -> str:
    """Send a form as the page's script does; what became of its one field."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/namndplan/{ALE}/spara", urlencode(fields), headers)
    told = json.loads(connection.getresponse().read())
    connection.close()
    return str(told["answers"][0]["state"])


def test_many_people_at_once(postgresql_url: str, tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "storage", postgresql_url)
    store = open_store(settings)
    load(settings, store)
    plan_measures = [
        "Antal personer med hemtjänstbeslut", "Antal boendestödsbeslut (totalt)", "Antal nya boendestödsbeslut",
        "Antal avslutade boendestödsbeslut", "Antal unika besökare Träffpunkten",
    ]  # fmt: skip

    def person(number: int) -> tuple[str, str]:
        """Everybody writes an outcome of their own and one that all of them write."""
        measure, quarter = plan_measures[number % 5], ("2026-Q1", "2026-Q2", "2026-Q3", "2026-T1", "2026-T2")[number // 5 % 5]
        own = form(store, measure, quarter, **{"utfall" if number < 25 else "kommentar": str(number)})
        return send(url, own), send(url, form(store, utfall=str(1000 + number)))

    with at_noon_in_november(), serving(settings, store) as url, ThreadPoolExecutor(PEOPLE) as pool:
        told = list(pool.map(person, range(PEOPLE)))
    assert [own for own, _ in told] == ["saved"] * PEOPLE
    assert sorted(shared for _, shared in told) == ["conflict"] * (PEOPLE - 1) + ["saved"]
    kept = plan_entries.newest(store, ALE)
    assert len(kept) == PEOPLE + 1
    winner = next(number for number, (_, shared) in enumerate(told) if shared == "saved")
    assert kept[SHARED].value == f"{1000 + winner}.0"
    assert {float(entry.value or 0) for place, entry in kept.items() if place != SHARED} == set(map(float, range(PEOPLE)))
    assert audit_trail.verify(store).problems == ()
    assert audit_trail.how_many(store, audit_trail.Filter(what="edit")) == PEOPLE + 1
    store.close()
