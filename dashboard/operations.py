"""For whoever keeps the server running: whether it is alive and ready, what it measures, and a line in the log for each request.

Nothing here tells of figures or people: times, names of datasets and jobs, addresses without what was asked for.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from time import perf_counter
from typing import Final

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import periods
from dashboard import processes
from sql import coverage, deliveries, jobs, runs
from sql.store import Store

REQUEST_ID: Final = "X-Request-ID"
_OTHER: Final = "other"
_NAME: Final = "uppfoljning"
_requests = Histogram(f"{_NAME}_request_seconds", "Time to answer", ["method", "route", "status"])
_log = structlog.get_logger()


def router(store: Store, prefix: str) -> APIRouter:
    """`/health`: the process answers and reaches its database. `/ready`: and has figures to show. `/metrics`: for Prometheus.

    Raises StoreError, which becomes 503, when the database does not answer.
    """
    made = APIRouter(include_in_schema=False)

    @made.get("/health")
    @made.get(f"{prefix}/health")
    def health() -> dict[str, str]:
        runs.current(store)
        return {"status": "ok"}

    @made.get("/ready")
    def ready(response: Response) -> dict[str, str | None]:
        current = runs.current(store)
        if current is None:
            response.status_code = 503
            return {"status": "inga siffror är beräknade än", "run": None}
        return {"status": "ok", "run": current.id}

    @made.get("/metrics")
    async def metrics() -> Response:
        return Response(await run_in_threadpool(_measured, store), media_type=CONTENT_TYPE_LATEST)

    return made


def _measured(store: Store) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Kept(store))
    if processes.folder():
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_requests)
    return generate_latest(registry)


class _Kept(Collector):
    """How fresh the store's contents are, asked when they are scraped."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """Times as seconds since 1970. Raises StoreError."""
        yield _gauge("dataset_covered_until_seconds", "End of the last period that anybody has delivered for", "dataset", self._covered())
        yield _gauge("dataset_delivered_seconds", "The last accepted delivery", "dataset", self._delivered())
        latest = jobs.latest(self._store)
        yield _gauge("job_started_seconds", "When the job last began", "job", ((n, r.started_at.timestamp()) for n, r in latest.items()))
        yield _gauge("job_ok", "Whether the job's last run went well", "job", ((n, float(r.outcome == "klar")) for n, r in latest.items()))
        current = runs.current(self._store)
        yield _gauge("run_computed_seconds", "When the current figures were computed", "run", _of(current))

    def _covered(self) -> Iterator[tuple[str, float]]:
        for dataset, period in coverage.matrix(self._store).group_by("dataset", maintain_order=True).agg("period").iter_rows():
            last = max(periods.last_day(one) for one in period)
            yield dataset, datetime.combine(last, time.max, UTC).timestamp()

    def _delivered(self) -> Iterator[tuple[str, float]]:
        newest = {delivery.dataset: delivery.loaded_at for delivery in deliveries.listing(self._store)}
        for dataset, loaded_at in newest.items():
            yield dataset, datetime.fromisoformat(loaded_at).timestamp()


def _of(run: runs.Run | None) -> Iterator[tuple[str, float]]:
    if run is not None:
        yield run.id, run.created_at.timestamp()


def _gauge(name: str, told: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    gauge = GaugeMetricFamily(f"{_NAME}_{name}", told, labels=[label])
    for value in values:
        gauge.add_metric([value[0]], value[1])
    return gauge


class Measured:
    """ASGI middleware: each request gets an id, which the answer and every line of the log about it carry, and is timed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began, status = secrets.token_hex(8), perf_counter(), [500]
        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, _noting(send, request_id, status))
            finally:
                _note(scope, status[0], perf_counter() - began)


def _noting(send: Send, request_id: str, status: list[int]) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            status[0] = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID] = request_id
        await send(message)

    return noted


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", _OTHER)
    _requests.labels(scope["method"], route, str(status)).observe(seconds)
    _log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))
