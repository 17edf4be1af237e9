"""The end of the way to SKR: approval, the files with their checksums, and the log of what has been approved and sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboard.pages.skr_forms import PATH
from dashboard.parts import row, scrolling, table
from dashboard.tree import Children, Element, Node, h
from reports.skr_year import SkrYear
from sql.skr import Sending, SignOff
from swedish import moment

_ENDINGS = (("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("sha256", "Kontrollsummor"))


def file_name(sign_off: SignOff, ending: str, *, is_demo: bool) -> str:
    """What a file of the approved delivery is called."""
    return f"{'DEMODATA-' if is_demo else ''}skr-{sign_off.publication}.{ending}"


def approval(state: SkrYear, form: Element, *, inside: bool) -> Element:
    """Who has approved it; or the form, or what must be done first. `inside`: the reader may see who."""
    signed = state.signed
    if signed:
        said: Children = h.p(f"{_who(signed, inside)} godkände leveransen {moment(signed.at)}.")
        return _part("Godkännande", said, h.blockquote(h.p(signed.comment)) if signed.comment else None, id_="godkannande")
    earlier = next(iter(state.sign_offs), None)
    before = h.p(f"{_who(earlier, inside)} godkände en tidigare version {moment(earlier.at)}. Den gäller inte längre.") if earlier else None
    if not state.may_be_signed:
        why = "Leveransen kan godkännas när varje kontroll stämmer eller är förklarad."
        return _part("Godkännande", [before, h.p(why)], None, id_="godkannande")
    about = "Godkännandet gäller just de här talen. Ändras de behövs ett nytt."
    return _part("Godkännande", [before, h.p(about)], form, id_="godkannande")


def _who(sign_off: SignOff, inside: bool) -> str:
    return sign_off.by if inside else "Någon med rätt att göra det"


def files(signed: SignOff, form: Element, *, is_demo: bool) -> Element:
    """The approved files with their checksums, and the form that notes that they were sent."""
    sums = {"xlsx": signed.xlsx_sha256, "csv": signed.csv_sha256}
    links = []
    for ending, words in _ENDINGS:
        name = file_name(signed, ending, is_demo=is_demo)
        link = h.a(words, href=f"{PATH}/filer/{signed.id}/{name}", download=True)
        links.append(h.li(link, h.small("SHA-256 ", h.code(sums[ending])) if ending in sums else h.small("för båda filerna")))
    about = h.p("De godkända filerna, byte för byte. Kvittensen ligger som ett eget blad i Excel-filen.")
    return _part("Filerna", about, h.div(h.ul(links, class_="links summed"), form, class_="stack"), id_="filer")


def log(sign_offs: Sequence[SignOff], sendings: Sequence[Sending], *, inside: bool, is_demo: bool) -> Element:
    """Everything that has been approved and sent, of every year, the latest first."""
    known = {each.id: each for each in sign_offs}
    events: list[tuple[datetime, str, str, str, SignOff]] = [(each.at, "Godkänd", each.by, "–", each) for each in sign_offs]
    events += [(each.at, "Skickad", each.by, each.recipient, known[each.sign_off]) for each in sendings]
    if not events:
        return _part("Loggen", h.p("Inget har godkänts eller skickats än."), None, id_="logg")
    lines = [_event(*event, inside=inside, is_demo=is_demo) for event in sorted(events, key=lambda event: event[0], reverse=True)]
    names = ("När", "Vad", "År", *(("Av", "Till") if inside else ()), "Publikation", "Fil och SHA-256")
    headings = [h.th(name, scope="col", class_="left") for name in names]
    label = "Godkänt och skickat till SKR"
    about = "Allt som har godkänts och skickats, det senaste först. Inget i loggen ändras eller tas bort."
    hidden = "" if inside else " Vem och till vem visas inte här."
    return _part("Loggen", h.p(about + hidden), scrolling(table(label, headings, lines, class_="listing log"), label), id_="logg")


def _event(when: datetime, what: str, who: str, to: str, of: SignOff, *, inside: bool, is_demo: bool) -> Element:
    name = file_name(of, "xlsx", is_demo=is_demo)
    link = h.a(name, href=f"{PATH}/filer/{of.id}/{name}", download=True) if inside else name
    cells: list[Node] = [what, str(of.year), *((who, to) if inside else ()), of.publication, h.span(link, h.small(h.code(of.xlsx_sha256)))]
    return row(moment(when), [h.td(cell, class_="left") for cell in cells])


def _part(heading: str, about: Children, body: Node | None, *, id_: str) -> Element:
    return h.section(h.div(h.h2(heading), about, class_="part-head"), body, class_="part", id=id_)
