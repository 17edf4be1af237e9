"""The delivery to SKR for a year, from the store: what can be sent now, what has been approved, and the steps on the way.

Shared by the commands and the page. Every text that a person writes passes the guard against personnummer here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import personnummer
from config import Settings
from metrics.spans import of_year
from policy import Person, as_person
from reports import editions
from reports.edition import Edition
from reports.settings import SkrSettings, skr_form
from reports.skr import table
from reports.skr_checks import Check, findings_sha256, indicators, may_be_sent
from reports.skr_files import Delivery, SignedBy, delivery
from sql import publications, runs, skr
from sql.skr import Explanation, Files, NewSignOff, Sending, SignOff
from sql.store import Store
from swedish import listed


class SkrRefusedError(Exception):
    """The step cannot be taken; the message is a Swedish sentence."""


@dataclass(frozen=True)
class SkrYear:
    """A year's delivery as it would be now, the approvals of the year and what was sent of them, the newest first."""

    delivery: Delivery
    sign_offs: tuple[SignOff, ...]
    sendings: tuple[Sending, ...]

    @property
    def year(self) -> int:
        """The year that it tells of."""
        return self.delivery.edition.year

    @property
    def may_be_signed(self) -> bool:
        """Whether each check holds or is explained."""
        return may_be_sent(self.delivery.checks)

    @property
    def signed(self) -> SignOff | None:
        """The approval that holds: of these very numbers, in this publication, with nothing else found since."""
        newest = next(iter(self.sign_offs), None)
        return newest if newest and self.holds(newest) else None

    def holds(self, sign_off: SignOff) -> bool:
        """Whether the approval is of what would be sent now."""
        now = (self.delivery.edition.publication, self.delivery.csv_sha256, findings_sha256(self.delivery.checks))
        return (sign_off.publication, sign_off.csv_sha256, sign_off.checks_sha256) == now

    def sent(self, sign_off: SignOff) -> tuple[Sending, ...]:
        """To whom the approved files have been sent."""
        return tuple(sending for sending in self.sendings if sending.sign_off == sign_off.id)


def skr_year(settings: Settings, store: Store, year: int, *, internal: bool = False) -> SkrYear:
    """The year's delivery: of its latest publication, else of the current run as a draft; protected unless `internal`.

    Raises NothingToShowError where there are no figures of the year, ConfigError for a form that cannot be read, StoreError.
    """
    form = skr_form(settings)
    edition = editions.edition_of(settings, store, year, internal=internal, only=indicators(form))
    made = delivery(settings, form, edition, skr.explanations(store, year), _moved(settings, store, form, edition))
    return SkrYear(made, skr.sign_offs(store, year), skr.sendings(store))


def _moved(settings: Settings, store: Store, form: SkrSettings, edition: Edition) -> tuple[tuple[str, str], ...]:
    """(column id, area) of each number that the current run has otherwise than the publication."""
    publication = publications.get(store, edition.publication) if edition.publication else None
    run = runs.current(store)
    if publication is None or run is None or publication.run == run.id:
        return ()
    figures = editions.frozen(store, publication, internal=True), of_year(runs.frame(store, run.id, "figures"), edition.year)
    then, now = (table(settings, form, replace(edition, figures=each, internal=True)) for each in figures)
    places = ((column.id, area) for column in form.columns for area, _ in now.areas)
    return tuple((column, area) for column, area in places if then.cells[area, column] != now.cells[area, column])


# ---- The steps ------------------------------------------------------------------------------------------------------------------


def explain(settings: Settings, store: Store, year: int, check: str, text: str, by: Person | str, now: datetime) -> None:
    """Explain what the check has found. Raises SkrRefusedError, and what `skr_year` raises."""
    said, who = _written(text, "en förklaring"), _written(as_person(by).name, "ditt namn")
    found = next((each for each in skr_year(settings, store, year).delivery.checks if each.id == check), None)
    if found is None:
        raise SkrRefusedError(f"Kontrollen {check} finns inte.")
    if not found.found:
        raise SkrRefusedError("Kontrollen stämmer, så det finns inget att förklara.")
    if not found.explainable:
        raise SkrRefusedError(f"Det går inte att förklara bort. {found.remedy}")
    skr.explain(store, Explanation(year, check, found.found_sha256, said, who, now), by)


def sign(settings: Settings, store: Store, year: int, by: Person | str, comment: str, now: datetime) -> SignOff:
    """Approve the year's delivery and keep its files. Raises SkrRefusedError, and what `skr_year` raises."""
    who, words = _written(as_person(by).name, "ditt namn"), guarded(comment)
    state = skr_year(settings, store, year)
    if not state.may_be_signed:
        raise SkrRefusedError(f"Leveransen går inte att godkänna. {_failed(state.delivery.checks)}")
    if state.signed:
        raise SkrRefusedError("Leveransen är redan godkänd.")
    made = state.delivery
    files = made.files(SignedBy(name=who, at=now, comment=words))
    publication = made.edition.publication or ""  # the check "published" holds
    return skr.sign(store, NewSignOff(year, publication, findings_sha256(made.checks), files, who, words, now), by)


def mark_sent(settings: Settings, store: Store, year: int, recipient: str, by: Person | str, now: datetime) -> Sending:
    """Note that the approved delivery was sent. Raises SkrRefusedError, and what `skr_year` raises."""
    to, who = _written(recipient, "vem den skickades till"), _written(as_person(by).name, "ditt namn")
    state = skr_year(settings, store, year)
    if state.signed is None:
        since = "Godkännandet gäller inte längre" if state.sign_offs else f"Leveransen för {year} är inte godkänd"
        raise SkrRefusedError(f"{since}. Godkänn den först.")
    sending = Sending(state.signed.id, to, who, now)
    skr.send(store, sending, by)
    return sending


def files_to_send(store: Store, state: SkrYear) -> Files:
    """The approved files, byte for byte, where the approval holds; else as they would be now, which the receipt says."""
    return skr.files(store, state.signed.id) if state.signed else state.delivery.files()


def _failed(checks: Sequence[Check]) -> str:
    questions = [f"”{check.question}”" for check in checks if check.outcome == "fail"]
    return f"Rätta eller förklara {listed(questions)} först."


def _written(text: str, what: str) -> str:
    """What a person wrote, which may not be empty."""
    said = guarded(text)
    if not said:
        raise SkrRefusedError(f"Skriv {what}.")
    return said


def guarded(text: str) -> str:
    """What a person wrote, without space around it. Raises SkrRefusedError where it holds a personnummer."""
    if personnummer.find(text):
        raise SkrRefusedError("Texten innehåller ett personnummer eller samordningsnummer. Skriv den utan.")
    return text.strip()
