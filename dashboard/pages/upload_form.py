"""The form that takes a file in: plain HTML, every field with its label and its help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config import Settings
from dashboard.access import TOKEN_FIELD
from dashboard.areas import Areas
from dashboard.received import Dataset
from dashboard.tree import Element, Node, h
from swedish import in_order, listed

ACTION: Final = "/leveranser/ladda-upp"
_READABLE: Final = ".csv,.tsv,.txt,.xlsx,.xls,.ods,.parquet,.yaml,.yml"
_HEADING: Final = "Ladda upp en fil"


def form(settings: Settings, token: str, datasets: Sequence[Dataset], own: frozenset[str] | None) -> Element:
    """The form; `own` are the kommuner that the reader may deliver for, None: all of them."""
    fields = h.form(
        h.input(type="hidden", name=TOKEN_FIELD, value=token),
        _field(
            "uppgifter", "Uppgifter", h.select([h.option(each.name, value=each.id) for each in datasets], id="uppgifter", name="uppgifter")
        ),
        _field(
            "fil",
            "Fil",
            h.input(type="file", id="fil", name="fil", required=True, accept=_READABLE, aria_describedby="fil-hjalp"),
            f"CSV, Excel, ODS eller Parquet, högst {settings.limits.file_mb} MB. Nämndplaner är YAML eller Excel.",
        ),
        _field(
            "ladda-period",
            "Period",
            h.input(type="text", id="ladda-period", name="period", autocomplete="off", aria_describedby="ladda-period-hjalp"),
            "ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM; flera skiljs med komma. Behövs för utskrivningar, kvar på sjukhus "
            "(en månad), avvikelser, utbildning, enheter (en månad) och "
            "placeringar när filens namn inte säger det.",
        ),
        _kommuner(settings) if own is None else _own(settings, own),
        _accept_valid(),
        h.button("Kontrollera och läs in", class_="button"),
        action=ACTION,
        method="post",
        enctype="multipart/form-data",
        class_="upload",
    )
    about = "Filen kontrolleras först. Är något fel får du veta allt som är fel, och inget av filen sparas."
    return _part(about, fields)


def not_here(why: str) -> Element:
    """What stands in the form's place for somebody who may not deliver, and why."""
    return _part("", h.div(h.b("Det går inte att ladda upp filer här."), h.p(why), class_="notice"))


def _part(about: str, body: Node) -> Element:
    head = h.div(h.h2(_HEADING), h.p(about) if about else None, class_="part-head")
    return h.section(head, body, class_="part not-printed", id="ladda-upp")


def _field(id_: str, label: str, control: Element, help_: str | None = None) -> Element:
    return h.div(h.label(label, for_=id_), control, h.p(help_, id=f"{id_}-hjalp", class_="small quiet") if help_ else None, class_="field")


def _kommuner(settings: Settings) -> Element:
    every = Areas(settings).kommuner
    boxes = [h.li(h.label(h.input(type="checkbox", name="kommun", value=kommun.id), kommun.name, class_="check")) for kommun in every]
    confirm = h.label(
        h.input(type="checkbox", name="kommun", value="alla"), "Alla kommuner, och de som inte har någon rad har noll", class_="check"
    )
    return h.fieldset(
        h.legend("Kommuner"),
        h.p("Utan val gäller filen alla kommuner. Fråga avsändaren innan du bekräftar att någon har noll.", class_="small quiet"),
        confirm,
        h.details(h.summary("Välj vilka kommuner filen gäller", class_="button"), h.ul(boxes, class_="names")),
        class_="field",
    )


def _own(settings: Settings, own: frozenset[str]) -> Element:
    """For a kommun the file speaks for that kommun alone."""
    names = listed(sorted((settings.kommuner[kommun] for kommun in own), key=in_order))
    said = f"Filen gäller {names} och ingen annan kommun. Saknar den rader för en period betyder det noll."
    return h.p(said, class_="small quiet")


def _accept_valid() -> Element:
    box = h.input(type="checkbox", name="godta_ratta", value="ja", aria_describedby="godta-hjalp")
    help_ = "Rader med fel lämnas utanför, och deras kommun och period visas som ofullständiga."
    return h.div(
        h.label(box, "Läs in de rader som är rätta, även om andra har fel", class_="check"),
        h.p(help_, id="godta-hjalp", class_="small quiet"),
        class_="field",
    )
