"""From an address to its page. Pages are plain functions of the choices and the figures; this is where they are chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock, Thread
from typing import Final

import policy
from config import Settings
from dashboard import choices, doors
from dashboard.access import Access
from dashboard.ahead import Ahead, likely, neighbours
from dashboard.answers import Answer, Kept, Redirect, answer
from dashboard.areas import Areas
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.lookup import Lookup, nothing
from dashboard.pages import about, account, area, errors, indicator, overview, search
from dashboard.shell import Origin, Page, frame
from dashboard.snapshot import BeingProtectedError, Key, Snapshots
from flows.planning import Planned
from sql.errors import StoreError

_log: Final = logging.getLogger(__name__)
_KEPT_CONTEXTS: Final = 8  # of the runs and of what readers see of them
_KEPT_ANSWERS: Final = 2000  # about 35 kB each

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
    """Answers addresses from the run that is current when they are asked for. `more` are pages that others make, by their
    path; a path that ends with a slash stands for everything just below it.

    `planned` gives the nämndplaner as they are now; it raises StoreError. With `ahead`, the pages that a reader is likely to open
    next are made in the background.
    """

    def __init__(
        self,
        settings: Settings,
        snapshots: Snapshots,
        access: Access,
        more: Mapping[str, Making],
        planned: Callable[[], Planned | None] = lambda: None,
        *,
        ahead: bool,
    ) -> None:
        self._snapshots, self._access, self._more, self._planned = snapshots, access, more, planned
        self._areas = Areas(settings)
        self._contexts: dict[Key, Context] = {}
        self._kept = Kept(_KEPT_ANSWERS)
        self._ahead = Ahead(self._remembered) if ahead else None
        self._lock = Lock()
        if ahead:
            Thread(target=self._prepare, name="first-run", daemon=True).start()

    def _prepare(self) -> None:
        """Read the run before anyone asks: to protect it, where it is shown to the public, takes many seconds."""
        try:
            self._context()
        except BeingProtectedError:
            return  # which goes on
        except StoreError as error:
            _log.warning("the run could not be read ahead: %s", error)

    def __call__(self, address: str) -> Answer | Redirect:
        """The page at the address. What goes wrong on the way is a page too: it says what is so and what to do."""
        chosen = choices.read(address)
        context = None
        try:
            context = self._context()
            return self._answer(chosen, context)
        except BeingProtectedError as error:
            return self._meanwhile(chosen, error)
        except StoreError as error:
            return self._framed(errors.store_failed(str(error)), chosen, context)
        except Exception:
            _log.exception("page %s failed", chosen.path)
            return self._framed(errors.failed(), chosen, context)

    def _meanwhile(self, chosen: Choices, error: BeingProtectedError) -> Answer | Redirect:
        """While the figures are being protected: pages without figures are as always, the others are asked for again."""
        if self._refusal(chosen.path) or chosen.path in _PAGES:
            return self._answer(chosen, None)
        page, origin = errors.being_protected(str(error)), Origin(self._snapshots.is_demo, error.created_at)
        return replace(answer(page.title, frame(page, origin, chosen.path), page.status), again=True)

    def _answer(self, chosen: Choices, context: Context | None) -> Answer | Redirect:
        if refusal := self._refusal(chosen.path):
            return self._framed(account.no_access(self._access, refusal, chosen.address), chosen, context)
        if making := self._from_outside(chosen.path):
            return self._made(making(chosen, context or self._empty()), chosen, context)
        if context is None or chosen.path in _PAGES:
            return self._made(self._without_run(chosen), chosen, context)
        asked = explicit(chosen, context)
        made = self._remembered(asked, context)
        if self._ahead is not None:
            self._ahead.wish(neighbours(asked, context), context)
        return made

    def _from_outside(self, path: str) -> Making | None:
        """What others make: the page at the path, or the one for everything right below a path that ends with a slash."""
        return self._more.get(path) or self._more.get(f"{path.rpartition('/')[0]}/")

    def _refusal(self, path: str) -> str | None:
        """Why the reader may not see the page there; an address without a page is no secret."""
        if self._from_outside(path) is None and find_making(path) is None:
            return None
        person = self._access.reader(is_demo=self._snapshots.is_demo)
        action = doors.page_action(path)
        return None if action and policy.allows_somewhere(person, action) else self._access.why_not(person)

    def _without_run(self, chosen: Choices) -> Page | Redirect:
        making = find_making(chosen.path)
        if making is None:
            return errors.not_found()
        return making(chosen, self._empty()) if chosen.path in _PAGES else errors.nothing_computed()

    def _remembered(self, chosen: Choices, context: Context) -> Answer | Redirect:
        """A page of figures depends on nothing but the run, what is seen of it (see `View.key`) and the choices, so it is made once."""
        making = find_making(chosen.path)
        if making is None:
            return self._framed(errors.not_found(), chosen, context)
        key = (context.lookup.view.key, context.plan_key(chosen.path), chosen)
        return self._kept.get(key, lambda: self._made(making(chosen, context), chosen, context))

    def _made(self, page: Page | Redirect, chosen: Choices, context: Context | None) -> Answer | Redirect:
        return page if isinstance(page, Redirect) else self._framed(page, chosen, context)

    def _framed(self, page: Page, chosen: Choices, context: Context | None) -> Answer:
        return answer(page.title, frame(page, self._origin(context), chosen.path), page.status)

    def _empty(self) -> Context:
        return Context(self._areas.settings, self._areas, nothing())

    def _context(self) -> Context | None:
        """The current run as the reader may see it, or None before the first one that has any figures."""
        snapshot = self._snapshots.current()
        if snapshot is None or snapshot.figures.is_empty():
            return None
        sight = self._access.sight(is_demo=snapshot.is_demo)
        key = snapshot.key(sight)
        with self._lock:
            planned = self._planned()
            if key not in self._contexts:
                kept = list(self._contexts.items())[1 - _KEPT_CONTEXTS :]
                made = Context(self._areas.settings, self._areas, Lookup(snapshot.view(sight)), planned)
                self._contexts = dict(kept) | {key: made}
                if self._ahead is not None:
                    self._ahead.wish((explicit(chosen, made) for chosen in likely(made)), made)
            elif self._contexts[key].planned is not planned:
                self._contexts[key] = replace(self._contexts[key], planned=planned)
            return self._contexts[key]

    def _origin(self, context: Context | None) -> Origin:
        try:
            is_demo = self._snapshots.is_demo
        except StoreError:
            is_demo = False
        return Origin(is_demo, context.lookup.view.created_at if context else None)


def find_making(path: str) -> Making | None:
    """What makes the page at the path; one with an id at its end is made by what its first part names."""
    if path in _PAGES or path in _FIGURE_PAGES:
        return _PAGES.get(path) or _FIGURE_PAGES.get(path)
    kind, _, id_ = path.removeprefix("/").partition("/")
    making = _PAGES_WITH_ID.get(kind)
    return (lambda chosen, context: making(id_, chosen, context)) if making and id_ else None


def explicit(chosen: Choices, context: Context) -> Choices:
    """The choices with period and division filled in, so that one view has one form and its links keep to it."""
    kind, _, id_ = chosen.path.removeprefix("/").partition("/")
    period = context.period(chosen, id_) if kind == "indikator" else context.period(chosen)
    return chosen.but(period=period, division=context.areas.division(chosen.division).id)
