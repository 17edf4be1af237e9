"""A server over a store with Ale's real plan of 2026, and forms as a browser sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from starlette.testclient import TestClient

from config import Settings
from dashboard.access import OWN_HEADER, TOKEN_FIELD, form_token
from dashboard.app import create_app
from loaders.intake import take_in
from policy import here
from sql import plan_entries
from sql.store import Store
from tests.dashboard.served import HOME

ALE = "1440"
PLAN = Path(__file__).parent.parent / "data" / "ale_namndplan_2026.yaml"
NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
T1, T2 = "2026-T1", "2026-T2"
SERVICES = "Antal e-tjänster"
TASK = "Utöka LOK-stödet"


@contextmanager
def at_noon_in_november() -> Iterator[None]:
    """The server's clock stands still on a day when the plan's first two tertials have ended."""
    with patch("dashboard.app._now", lambda: datetime(2026, 11, 26, 11, tzinfo=UTC)):
        yield


def load(settings: Settings, store: Store, path: Path = PLAN, now: datetime = NOW) -> None:
    """Deliver the plan."""
    taken = take_in(settings, store, "namndplan", path, [], None, False, here("test"), now)
    assert taken.delivery is not None, taken.problems


def client(settings: Settings, store: Store) -> TestClient:
    """A browser at the whole server."""
    return TestClient(create_app(settings, store, recompute=lambda: None, ahead=False), base_url=HOME, follow_redirects=False)


def form(store: Store, item: str = SERVICES, at: str = T1, kind: str = "matt", seen: str = "0.0", **texts: str) -> dict[str, str]:
    """A part's form with these fields filled in."""
    sent = {TOKEN_FIELD: form_token(store.folder), "slag": kind, "post": item, "period": at, "visad": T1}
    return sent | texts | {f"{name}-sett": seen for name in texts}


def said(store: Store, item: str = SERVICES, field: str = "utfall", at: str = T1, kind: str = "matt") -> str | None:
    """What stands in a field of Ale's plan."""
    entry = plan_entries.newest(store, ALE).get(plan_entries.Place(ALE, at, kind, item, field))
    return entry.value if entry else None


def answers(client_: TestClient, fields: Mapping[str, str], kommun: str = ALE) -> list[dict[str, str]]:
    """What became of the fields, as the script is told."""
    response = client_.post(f"/namndplan/{kommun}/spara", data=dict(fields), headers={"accept": "application/json", OWN_HEADER: "1"})
    assert response.status_code == 200, response.text
    found: list[dict[str, str]] = response.json()["answers"]
    return found
