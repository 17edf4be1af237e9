"""Last in the report: what has changed since publication, what the figures rest on, and how each is counted."""

from __future__ import annotations

from metrics.indicators import INDICATORS, Indicator
from reports import blocks, quality
from reports.blocks import Block
from reports.book import Book
from reports.measures import THEMES
from reports.wording import limit_days
from swedish import NBSP, day, listed, unit_word

_WORDS = (
    ("Intyg om N-tandvård", "ger rätt till nödvändig tandvård till vårdavgift och en munhälsobedömning varje år."),
    ("Utskrivningsklar", "läkaren har bedömt att patienten inte längre behöver sjukhusets vård."),
    ("Betaldagar", "dagar som kommunen betalar för: dagarna över snittet i en månad, och de långa väntetiderna var för sig."),
    ("Alla villkor", "andelen bedömda utskrivningar där vart och ett av avtalets villkor är uppfyllt."),
    ("SIP", "samordnad individuell plan, som görs med patienten när flera ansvarar."),
    ("Avvikelse", "en händelse mellan vårdgivare som inte blev som överenskommet. Oenighet och tvist är nästa steg."),
)


def quality_page(book: Book) -> Block:
    """What the figures rest on, words, and about the report."""
    know = [
        blocks.heading("Det här bör du veta"),
        blocks.text(
            (
                "Ofullständigt är inte noll.",
                "Saknas uppgifter från en kommun visas områdets tal som ofullständigt och får inget läge. "
                "Noll är det först när kommunen har lämnat uppgiften.",
            ),
            ("Små tal.", _protection(book)),
            ("Länet är en summa.", "Täljare och nämnare summeras först och delas sist. Det är inte ett snitt av kommunernas tal."),
            ("Avrundning sker sist.", "Läget avgörs på det exakta talet. Därför visas ibland fler decimaler."),
        ),
    ]
    words = [blocks.heading("Ord"), blocks.text(*_WORDS)]
    read = [
        blocks.heading("Så läser du diagrammen"),
        blocks.text(
            ("Grått band", "är vad som är att vänta månad för månad. En händelse utanför, eller flera i rad åt samma håll, sägs i ord."),
            ("Strecket runt ett märke", "är ett intervall på 95 procent: så mycket kan talet svänga av slump."),
            ("Ihåligt", "är ofullständigt, eller året före."),
            ("Heldragen linje", f"är målet, eller gränsen i avtalet ({limit_days(book)}). Streckad linje är länet."),
            ("Blått och orange", "används bara för mål: når, når inte."),
        ),
        blocks.heading("Om rapporten"),
        blocks.text(*_about(book)),
    ]
    coverage = blocks.band((12, [quality.coverage(book)]))
    return blocks.page("Kvalitet och ord", _quality_heading(book), coverage, blocks.band((4, know), (4, words), (4, read)))


def _quality_heading(book: Book) -> str:
    lacking = [name for dataset, name in quality.DATASETS.items() if quality.gaps(book, dataset)]
    if not lacking:
        return f"Alla uppgifter för {book.year} har kommit in"
    return f"Uppgifterna är inte kompletta: {listed(lacking)}"


def _protection(book: Book) -> str:
    if book.edition.internal:
        return "Den här rapporten är ett internt underlag. Små tal är inte skyddade, så den får inte spridas."
    return (
        f"Antal från 1 till {book.settings.disclosure.threshold - 1} visas inte, och inte heller det som bygger på dem. "
        "Ibland skyddas ett tal till, så att det första inte går att räkna fram. "
        "Fördelningar per sjukhus, kategori och skäl visas öppet bara för hela länet."
    )


def _about(book: Book) -> list[tuple[str, str]]:
    edition = book.edition
    first = (
        ("Publikation", f"{edition.publication}, {day(edition.created)}.")
        if edition.publication
        else ("Utkast", f"{day(edition.created)}. Talen är inte frysta och kan ändras.")
    )
    agreements = {a for i in INDICATORS if (a := book.figure(i).agreement)}
    named = [agreement for agreement in book.settings.agreements if any(agreement.id in each.split("+") for each in agreements)]
    said = [first, ("Avtal", f"{listed([agreement.name for agreement in named])}.") if named else ("", "")]
    if not edition.revisions:
        since = edition.revised_publication
        told = f"Inga tal har ändrats sedan publikation {since}." if since else "Det finns ingen tidigare publikation att jämföra med."
        said.append(("Ändringar", told))
    if edition.is_demo:
        said.append(("Demodata", "Alla tal är påhittade. Ingen kommun beskrivs."))
    return said


def definitions_page(book: Book) -> Block:
    """The data sheet of every indicator that the year has figures of."""
    themes = [(name, [_definition(i) for i in book.indicators if i.theme == theme]) for theme, name in THEMES.items()]
    groups = [{"name": name, "definitions": definitions} for name, definitions in themes if definitions]
    return blocks.page("Definitioner", "Så räknas varje mått", blocks.band((12, [{"type": "definitions", "groups": groups}])))


def _definition(indicator: Indicator) -> Block:
    word = unit_word(indicator.unit)
    facts = [("Täljare:", indicator.numerator_label)]
    if indicator.denominator is not None:
        facts.append(("Nämnare:", indicator.denominator_label))
    facts += [("Avtal:", indicator.section), ("Källa:", indicator.source), ("Att tänka på:", " ".join(indicator.caveats))]
    return {"name": indicator.name + (f"{NBSP}({word})" if word else ""), "counts": indicator.counts, "facts": facts}
