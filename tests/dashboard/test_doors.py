"""Every address of the server is in the table of doors, and the table in the docs is the same one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from config import Settings
from dashboard import doors, router
from dashboard.app import create_app
from policy import Action
from sql.store import Store
from tests.dashboard.people import signing_in


def routes(found: Any) -> Iterator[str]:
    """`GET /path` for every route of the server, also those of routers put into it."""
    for route in found:
        if (inside := getattr(route, "original_router", None)) is not None:
            yield from routes(inside.routes)
        else:
            yield from (f"{method} {route.path}" for method in getattr(route, "methods", None) or ["MOUNT"])


def app(settings: Settings, store: Store) -> FastAPI:
    return create_app(signing_in(settings), store, recompute=lambda: None, ahead=False)


def test_every_route_has_a_door_and_every_door_a_route(settings: Settings, store: Store) -> None:
    """A new route answers nobody until it is in `dashboard.doors.ROUTES`, with what it takes to use it."""
    assert set(routes(app(settings, store).routes)) == set(doors.ROUTES)


def test_every_page_has_a_door() -> None:
    """A new page answers nobody until it is in `dashboard.doors.PAGES`; those made outside the router are held by `test_matrix`."""
    pages = {*router._PAGES, *router._FIGURE_PAGES, *(f"/{kind}/{{id}}" for kind in router._PAGES_WITH_ID)}
    assert pages <= set(doors.PAGES)
    assert all(isinstance(action, Action) for action in (*doors.PAGES.values(), *doors.ROUTES.values()))


def test_a_page_without_a_door_answers_nobody() -> None:
    assert doors.page_action("/kommun/1440") is Action.READ_PROTECTED
    assert doors.page_action("/kommun/1440/mer") is None
    assert doors.page_action("/hemligt") is None
