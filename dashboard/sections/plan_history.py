"""Every version of a plan with what changed, and everything that has been said when it was followed up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from dashboard.access import TOKEN_FIELD
from dashboard.areas import Area
from dashboard.parts import row, scrolling, table
from dashboard.plan_view import View
from dashboard.tree import Element, Node, h
from namndplan import Plan, plainly
from sql import plan_entries, plans
from sql.plan_entries import Entry
from sql.store import Store
from swedish import bare, by_and_when, listed_shortly, period_short

CARRY: Final = "for-over"
_FIELDS: Final = {"utfall": "Utfall", "kommentar": "Kommentar", "status": "Läge", "prognos": "Prognos", "lage": "Perioden"}
_MOST: Final = 500


def parts(store: Store, view: View) -> list[Node]:
    """The versions, and what has been said; the public sees the versions alone."""
    versions = plans.versions(store, view.kommun.id, view.found.plan.ar)
    rows = []
    for newer, older in pairwise([*versions, None]):
        assert newer is not None  # noqa: S101 - only the last of the pairs has none
        changed = list(changes(older.plan, newer.plan)) if older else ["Första versionen"]
        source = newer.source
        told = [view.who(source.by, source.at), h.ul([h.li(each) for each in changed or ["Inget i innehållet"]])]
        rows.append(row(f"Leverans {source.delivery}", [h.td(each, class_="left") for each in told]))
    made = table("Versioner av planen", ["Version", *_left("Av och när", "Vad")], rows, class_="listing")
    section = _section("versioner", "Planen", "Varje ändring av planen är en ny version. Den översta gäller.", made)
    return [section] if view.protected else [section, _said(store, view)]


def _said(store: Store, view: View) -> Element:
    entries = plan_entries.history(store, view.kommun.id, view.found.plan.ar)
    rows = [row(by_and_when(entry.by, entry.at), [h.td(each, class_="left") for each in _told(entry)]) for entry in entries[:_MOST]]
    about = "Allt som har skrivits på sidan om årets plan, det senaste först."
    if len(entries) > _MOST:
        about += f" De {_MOST} senaste av {len(entries)} visas."
    made: Element = table("Vad som har skrivits", ["Av och när", *_left("Period", "Del", "Vad", "Blev")], rows, class_="listing plan-said")
    return _section("skrivet", "Uppföljningen", about, made if rows else h.p("Inget har skrivits än.", class_="quiet"))


def _told(entry: Entry) -> list[str]:
    reason = f" ({entry.reason})" if entry.reason else ""
    value = entry.value if entry.value is not None else "tömt"
    if entry.place.kind in ("matt", "budget") and entry.place.field in ("utfall", "prognos") and entry.value is not None:
        value = bare(float(entry.value))
    return [period_short(entry.place.period), entry.place.item, _FIELDS.get(entry.place.field, entry.place.field), value + reason]


def _left(*names: str) -> list[Element]:
    return [h.th(name, scope="col", class_="left") for name in names]


def _section(id_: str, name: str, about: str, body: Element) -> Element:
    head = h.div(h.h2(name, id=id_), h.p(about), class_="part-head")
    return h.section(head, scrolling(body, name) if body[0] == "table" else body, class_="part", aria_labelledby=id_)


def changes(older: Plan, newer: Plan) -> Iterator[str]:
    """What is otherwise in a newer version, in a few words per kind of part."""
    for name, was, now in (
        ("Mål", {each.namn: each for each in older.goals}, {each.namn: each for each in newer.goals}),
        ("Uppdrag", {each.namn: each for each in older.uppdrag}, {each.namn: each for each in newer.uppdrag}),
        ("Förbättringar", {each.namn: each for each in older.forbattringar}, {each.namn: each for each in newer.forbattringar}),
        ("Mått", {each.namn: each for each in older.every_measure}, {each.namn: each for each in newer.every_measure}),
        ("Riktningsmål", dict.fromkeys(each.namn for each in older.riktningsmal), dict.fromkeys(each.namn for each in newer.riktningsmal)),
        ("Budget", dict(older.budget_tkr), dict(newer.budget_tkr)),
    ):
        called = _called(older, newer) if name == "Mått" else {}
        yield from (f"Mått med nytt namn: {before} heter nu {after}" for before, after in called.items())
        sorts = (
            ("till", [key for key in now if key not in was and key not in called.values()]),
            ("bort", [key for key in was if key not in now and key not in called]),
            ("ändrat", [key for key in now if key in was and was[key] != now[key]]),
        )
        yield from (f"{name} {how}: {listed_shortly(names)}" for how, names in sorts if names)
        if [key for key in was if key in now] != [key for key in now if key in was]:
            yield f"{name}: ordningen ändrad"
    if (older.namnd, older.dnr, older.uppfoljning) != (newer.namnd, newer.dnr, newer.uppfoljning):
        yield "Nämnd, diarienummer eller uppföljning ändrad"


def _called(older: Plan, newer: Plan) -> dict[str, str]:
    """The measures that have got another name: what they were called, and what they are."""
    before, now = ({each.namn for each in plan.every_measure} for plan in (older, newer))
    found = {name: newer.called.get(plainly(name), name) for name in sorted(before - now)}
    return {name: present for name, present in found.items() if present in now - before}


def carry_form(area: Area, years: Sequence[int], token: str, today: date) -> Element | None:
    """The form that carries the newest plan over to the year after; None where there is no plan to carry."""
    if not years:
        return None
    newest = years[0]
    about = (
        "Mål, mått, budgetens områden, uppdrag som inte är avslutade och förbättringar som pågår följer med, med det läge de har nu. "
        "Avslutade uppdrag, utfall, kommentarer och budgetens belopp följer inte med."
    )
    form = h.form(
        h.input(type="hidden", name=TOKEN_FIELD, value=token),
        h.input(type="hidden", name="till", value=str(newest + 1)),
        h.div(
            h.label("Diarienummer", for_="dnr"),
            h.input(type="text", id="dnr", name="dnr", autocomplete="off", aria_describedby="dnr-hjalp"),
            h.p("Kan lämnas tomt tills planen är diarieförd.", id="dnr-hjalp", class_="small quiet"),
            class_="field",
        ),
        h.button(f"För över planen {newest} till {newest + 1}", class_="button"),
        action=f"/namndplan/{area.id}/{CARRY}",
        method="post",
        class_="upload",
        key=f"carry {area.id} {today.year}",
    )
    head = h.div(h.h2(f"Nästa års plan, {newest + 1}", id="for-over"), h.p(about), class_="part-head")
    return h.section(head, form, class_="part not-printed", aria_labelledby="for-over")
