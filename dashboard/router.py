"""From an address to its page. Pages are plain functions of the choices and the figures; this is where they are chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from config import Settings
from dashboard import choices
from dashboard.access import Access
from dashboard.answers import Answer, Redirect
from dashboard.areas import Areas
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.lookup import Lookup, nothing
from dashboard.pages import about, area, errors, indicator, overview, search
from dashboard.shell import Origin, Page, frame
from dashboard.snapshot import Snapshots
from sql.errors import StoreError

_log: Final = logging.getLogger(__name__)
_KEPT_LOOKUPS: Final = 2

Making = Callable[[Choices, Context], Page | Redirect]

_PAGES: Final[Mapping[str, Making]] = {"/sok": search.page, "/ga": area.choose, "/om": about.page, "/tillganglighet": about.accessibility}
"""Pages that need no figures."""
_FIGURE_PAGES: Final[Mapping[str, Making]] = {"/": overview.page, "/indikatorer": indicator.every_indicator, "/kommuner": area.every_kommun}
"""Pages that show figures: without a run they say so."""
_PAGES_WITH_ID: Final[Mapping[str, Callable[[str, Choices, Context], Page | Redirect]]] = {
    "indikator": indicator.page,
    "kommun": area.kommun,
    "delregion": area.delregion,
}
"""Pages that show the figures of what the path's second part names."""


class Router:
    """Answers addresses from the run that is current when they are asked for. `more` are pages that others make."""

    def __init__(self, settings: Settings, snapshots: Snapshots, access: Access, more: Mapping[str, Making]) -> None:
        self._settings, self._snapshots, self._access = settings, snapshots, access
        self._pages = {**_PAGES, **more}
        self._lookups: dict[tuple[str, bool], Lookup] = {}
        self._lock = Lock()

    def __call__(self, address: str) -> Answer | Redirect:
        """The page at the address. What goes wrong on the way is a page too: it says what is so and what to do."""
        chosen = choices.read(address)
        lookup = None
        try:
            lookup = self._lookup()
            page = self._page(chosen, lookup)
        except StoreError as error:
            page = errors.store_failed(str(error))
        except Exception:
            _log.exception("page %s failed", chosen.path)
            page = errors.failed()
        if isinstance(page, Redirect):
            return page
        return Answer(page.title, frame(page, self._origin(lookup), chosen.path), page.status)

    def _page(self, chosen: Choices, lookup: Lookup | None) -> Page | Redirect:
        context = Context(self._settings, Areas(self._settings), lookup or nothing())
        if chosen.path in self._pages:
            return self._pages[chosen.path](chosen, context)
        kind, _, id_ = chosen.path.removeprefix("/").partition("/")
        making = _FIGURE_PAGES.get(chosen.path) or _with_id(kind, id_)
        if making is None:
            return errors.not_found()
        return making(chosen, context) if lookup else errors.nothing_computed()

    def _lookup(self) -> Lookup | None:
        snapshot = self._snapshots.current()
        if snapshot is None:
            return None
        protected = self._access.protected(is_demo=snapshot.is_demo)
        key = (snapshot.run, protected)
        with self._lock:
            if key not in self._lookups:
                kept = list(self._lookups.items())[1 - _KEPT_LOOKUPS :]
                self._lookups = dict(kept) | {key: Lookup(snapshot.view(protected=protected))}
            return self._lookups[key]

    def _origin(self, lookup: Lookup | None) -> Origin:
        try:
            is_demo = self._snapshots.is_demo
        except StoreError:
            is_demo = False
        return Origin(is_demo, lookup.view.created_at if lookup else None)


def _with_id(kind: str, id_: str) -> Making | None:
    making = _PAGES_WITH_ID.get(kind)
    return (lambda chosen, context: making(id_, chosen, context)) if making and id_ else None
