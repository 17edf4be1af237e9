"""What every answer is sent with, and how often one may ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from config import Settings
from config.access import RateSettings, WebSettings
from dashboard.rates import Rates
from sql.store import Store
from tests.dashboard.served import client
from tests.program import ROOT

ADDRESSES = ["/health", "/api/v1/indicators", "/api/v1/docs", "/api/v1/finns-inte", "/leveranser/ladda-upp", "/ladda-ner/siffror.csv"]


@pytest.fixture
def open_client(settings: Settings, store: Store) -> TestClient:
    return client(settings, store)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_foreign_runs_or_frames_us(open_client: TestClient, address: str) -> None:
    headers = open_client.get(address, follow_redirects=False).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy.get("script-src", "'self'") == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_with_tls_browsers_are_told_to_keep_to_it(settings: Settings, store: Store) -> None:
    secure = settings.model_copy(update={"web": WebSettings(url="https://uppfoljning.example.org")})
    assert client(secure, store).get("/health").headers["strict-transport-security"].startswith("max-age=31536000")


def test_a_bucket_fills_evenly() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    assert [rates.wait("a", 3) for _ in range(4)] == [0, 0, 0, 20]
    assert rates.wait("b", 3) == 0, "each reader has a bucket of their own"
    now = 19.0
    assert rates.wait("a", 3) == 1
    now = 20.0
    assert rates.wait("a", 3) == 0
    assert rates.wait("a", 3) == 20


def test_processes_of_one_server_count_together(tmp_path: Path) -> None:
    """Four processes ask as fast as they can for one reader, and for one of their own."""
    asking = """
import sys
from pathlib import Path
from dashboard.rates import Rates
rates = Rates(lambda: 1000.0, Path(sys.argv[1]))
print(sum(rates.wait("all", 100) == 0 for _ in range(200)), sum(rates.wait(sys.argv[2], 100) == 0 for _ in range(200)))
"""
    started = [
        subprocess.Popen([sys.executable, "-c", asking, str(tmp_path), str(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    passed = [tuple(map(int, process.communicate(timeout=60)[0].split())) for process in started]
    assert sum(together for together, _ in passed) == 100
    assert [own for _, own in passed] == [100] * 4


def test_the_buckets_never_grow(tmp_path: Path) -> None:
    rates = Rates(lambda: 1000.0, tmp_path)
    assert sum(rates.wait(number, 1) for number in range(5000)) < 60 * 5000 / 10, "few share a bucket"
    [file] = tmp_path.iterdir()
    assert file.stat().st_size <= 16 << 16
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_asks_too_often_is_told_when_to_come_back(settings: Settings, store: Store) -> None:
    slow = client(settings.model_copy(update={"rates": RateSettings(sign_in_per_minute=2, api_per_minute=2)}), store)
    answers = [slow.get("/api/v1/indicators") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 30
    assert "Vänta" in answers[-1].json()["detail"]
    assert slow.get("/health").status_code == 200, "whoever watches the server is not held"


@pytest.mark.parametrize("address", ["/arsuppfoljning/2025/rapport.pdf", "/ladda-ner/siffror.xlsx", "/oppna-data/munhalsa-2025.csv"])
def test_files_that_take_work_are_held_too(settings: Settings, store: Store, address: str) -> None:
    slow = client(settings.model_copy(update={"rates": RateSettings(sign_in_per_minute=2, api_per_minute=1)}), store)
    assert [slow.get(address).status_code == 429 for _ in range(2)] == [False, True]


def test_a_callback_is_no_longer_than_an_address(open_client: TestClient) -> None:
    assert open_client.post("/_dash-update-component", content=b"x" * 70_000).status_code == 413
    assert open_client.post("/_dash-update-component", content=iter([b"x"])).status_code == 413
    assert open_client.post("/_dash-update-component", content=b"{}").status_code != 413
    json = {"content-type": "application/json"}
    assert open_client.post("/leveranser/ladda-upp", content=b"x" * 70_000, headers=json).status_code == 413, (
        "Dash reads JSON wherever it comes"
    )


def test_keys_are_not_guessed(settings: Settings, store: Store) -> None:
    slow = client(settings.model_copy(update={"rates": RateSettings(sign_in_per_minute=2, api_per_minute=100)}), store)
    answers = [slow.get("/api/v1/indicators", headers={"Authorization": f"Bearer uppf_{n}"}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[0].headers["www-authenticate"] == "Bearer"
