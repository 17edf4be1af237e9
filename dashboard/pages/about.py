"""`/om`: what the figures are, the words, and what the settings say; `/tillganglighet`: tillgänglighetsredogörelse."""

from __future__ import annotations

from typing import Final

from config import Agreement, PopulationTable, Settings
from dashboard.choices import Choices
from dashboard.context import Context
from dashboard.parts import answer, head, share_menu
from dashboard.shell import Page
from dashboard.states import INCOMPLETE, MET, MISSED, MISSING, SUPPRESSED, State, badge
from dashboard.tree import Element, Node, h
from metrics.rules import RULES
from swedish import count, day, in_order, number

_STATES: Final[tuple[tuple[State, str], ...]] = (
    (MET, "Det oavrundade värdet klarar målet i avtalet."),
    (MISSED, "Det oavrundade värdet klarar inte målet i avtalet."),
    (INCOMPLETE, "Någon kommun eller månad saknas. Siffran visar det som har kommit in och jämförs inte med målet."),
    (MISSING, "Ingen har levererat, eller så finns det inget att dela med. Det är inte noll: noll skrivs 0."),
    (SUPPRESSED, "Talet är så litet att det kan peka ut en enskild person, eller så röjer det ett sådant tal."),
)
_WORDS: Final = {
    "Avvikelse": "En händelse mellan kommun och region som inte gick som avtalat, och som någon av dem har registrerat.",
    "Betaldagar": "De dagar som en kommun ska betala för: dagar över gränsen i snitt för dem med högst sju dagar, "
    "och dagarna från dag 4 för var och en med fler.",
    "Delregion": "Flera kommuner tillsammans. Det finns två indelningar: kommunalförbund och vårdsamverkansområden.",
    "Följsamhet": "Hur stor del av utskrivningarna som uppfyller alla avtalets villkor som gäller dem.",
    "Intyg om N‑tandvård": "Ett intyg som ger rätt till nödvändig tandvård och munhälsobedömning i hemmet.",
    "Intervall": "Inom det ligger det verkliga läget troligen (95 procent), när slumpen har fått sitt.",
    "Munhälsobedömning (MHB)": "En enkel kontroll av munhålan i hemmet, med råd om daglig munvård. Den erbjuds varje år.",
    "Oenighet och tvist": "En avvikelse som parterna inte har löst: steg 1 och 2 är oenighet, steg 3 är tvist.",
    "Preliminär": "Befolkningen för rätt år är inte känd än, så ett tidigare års befolkning är nämnare.",
    "Signal ◆": "Något som slumpen sällan förklarar. Det är inte ett mål, och säger inte varför.",
    "SIP": "Samordnad individuell plan, som kommun och region gör tillsammans med patienten.",
    "Utskrivningsklar": "Patienten behöver inte längre sjukhusets vård, enligt läkare.",
}


def _noise(table: PopulationTable) -> str:
    return (
        f"Från {table.first_year} lägger SCB en liten slumpmässig osäkerhet på all folkmängd (Cell Key Method), så delar blir inte alltid "
        "totalen. När folkmängden hämtas härifrån räknas de äldre därför som totalen minus de yngre: så få osäkra tal som möjligt."
    )


def page(chosen: Choices, context: Context) -> Page:  # noqa: ARG001 - every page is called alike
    """What the figures are and what the words mean."""
    settings = context.settings
    first = (
        "Sidorna visar hur hälso- och sjukvårdsavtalet mellan Västra Götalandsregionen och kommunerna följs. "
        "Siffrorna räknas ur filer som region och kommuner levererar; inget skrivs in för hand."
    )
    sections = [
        h.p(first),
        h.h2("Lägen"),
        h.dl([[h.dt(badge(state)), h.dd(said)] for state, said in _STATES], class_="terms"),
        h.p(
            f"Bara {count(len(settings.goals))} av måtten har mål i avtalet. Där det inte finns något mål står ”inget mål”, "
            "och varken ● eller ▲ visas."
        ),
        h.h2("Ord"),
        h.dl([[h.dt(word), h.dd(_WORDS[word])] for word in sorted(_WORDS, key=in_order)], class_="terms"),
        h.h2("Osäkerhet och signaler"),
        h.p("En kommun kallas inte bättre eller sämre än länet om dess intervall rymmer länets värde."),
        h.p(
            f"En månad är en signal när den ligger utanför det som serien brukar visa, när {RULES.shift_points} i rad ligger på samma "
            f"sida om medel, när {RULES.trend_points} i rad går åt samma håll, eller när {RULES.near_points} av {RULES.near_window} ligger "
            f"nära en gräns. Minst {RULES.minimum_points} månader under samma avtal behövs."
        ),
        *(h.p(_noise(table)) for table in settings.sources.population if table.total_age is not None),
        h.h2("Avtal"),
        h.ul([h.li(_agreement(each)) for each in settings.agreements]),
        h.p("Vad avtalen säger ska följas upp, och vilka som har beslutat om dem, står under ", h.a("Avtal", href="/avtal"), "."),
        h.h2("Belopp per vårddygn"),
        *_amounts(settings),
        h.h2("Indelningar"),
        *_divisions(settings),
        h.h2("Små tal"),
        h.p(
            f"När siffror visas öppet skyddas antal från 1 till {settings.disclosure.threshold - 1}, och de tal som annars skulle röja dem."
        ),
        h.h2("Ta del av siffrorna"),
        h.p("Varje vy har en egen adress och kan laddas ner som CSV och Excel. Samma siffror finns i ", _api(), "."),
    ]
    top = head([("Översikt", "/"), ("Om", "")], share_menu(), "Om siffrorna", answer("Vad siffrorna säger, och vad de inte säger."))
    return Page("Om siffrorna", (top, h.div(sections, class_="prose")), menu="/om")


def _agreement(agreement: Agreement) -> Node:
    until = f" till {day(agreement.valid_to)}" if agreement.valid_to else ""
    return f"{agreement.name}: från {day(agreement.valid_from)}{until}. {agreement.source}."


def _amounts(settings: Settings) -> list[Element]:
    known = [
        h.li(f"{year}: {number(amount.amount, 0)} kr. Källa: {amount.source}.")
        for year, amount in sorted(settings.payment_amount_per_day.items())
    ]
    why = "Ett år utan känt belopp ger ingen siffra i kronor, aldrig en gissning."
    return [h.ul(known) if known else h.p("Inget belopp är känt."), h.p(why)]


def _divisions(settings: Settings) -> list[Element]:
    made = []
    for division in settings.divisions:
        sources = [h.li(f"{area.name}: {area.source}.") for area in division.areas]
        unplaced = [settings.kommuner[code] for code in division.unplaced]
        left = [h.li(f"Utan plats, för att ingen källa anger någon: {', '.join(unplaced)}.")] if unplaced else []
        made += [h.h3(division.name), h.ul(sources, left)]
    return made


def _api() -> Element:
    return h.a("ett öppet API", href="/api/v1/docs", data_plain=True)


def accessibility(chosen: Choices, context: Context) -> Page:  # noqa: ARG001 - every page is called alike
    """The statement that lag (2018:1937) asks for."""
    sections = [
        h.p(
            "Vi vill att alla ska kunna använda sidorna. Här står hur de uppfyller lagen om tillgänglighet till digital offentlig service."
        ),
        h.h2("Hur tillgängliga är sidorna?"),
        h.p("Sidorna är gjorda för att uppfylla WCAG 2.2 på nivå AA. Vi känner till de brister som står nedan."),
        h.h2("Så fungerar det"),
        h.ul(
            h.li("Allt går att nå och använda med bara tangentbord, och fokus syns."),
            h.li("Läget visas med form, ord och färg, aldrig färg ensam."),
            h.li("Varje diagram har sitt budskap i text och alla siffror i en tabell under."),
            h.li("Text går att förstora till 200 procent och sidan att visa 320 bildpunkter bred utan att något går förlorat."),
            h.li("Sidorna följer inställningarna för mörkt läge, ökad kontrast och minskad rörelse, och går att skriva ut."),
        ),
        h.h2("Brister som vi känner till"),
        h.ul(
            h.li("Bilder som du laddar ner (PNG och SVG) har inget textalternativ i filen. Tabellen under diagrammet har samma siffror."),
            h.li("Diagrammens rutor med siffror visas bara för den som använder mus. Tabellen under diagrammet har samma siffror."),
            h.li("Sidorna har inte prövats av personer som använder skärmläsare till vardags."),
        ),
        h.h2("Det som lagen undantar"),
        h.p(
            "Kartorna är inte till för att hitta vägen, och sådana kartor omfattas inte av lagen. Det kartan visar finns ändå i en tabell."
        ),
        h.h2("Hur vi har prövat"),
        h.p(
            "Vi har prövat själva. Varje sida prövas automatiskt med axe-core i en vanlig webbläsare, bred och smal, ljus och mörk, "
            "och med tangentbord, varje gång programmet ändras. Ingen utomstående har granskat sidorna."
        ),
        h.h2("Påpeka brister"),
        h.p(
            "Hör av dig till den som sköter sidorna i din organisation, om något inte fungerar eller om du behöver siffrorna i annan form."
        ),
        h.p(
            "Är du inte nöjd med svaret kan du anmäla det till Myndigheten för digital förvaltning, som har tillsyn över lagen: ",
            h.a("digg.se/tdosanmalan", href="https://www.digg.se/tdosanmalan", rel="noopener"),
            ".",
        ),
    ]
    top = head([("Översikt", "/"), ("Tillgänglighet", "")], share_menu(), "Tillgänglighetsredogörelse", None)
    return Page("Tillgänglighetsredogörelse", (top, h.div(sections, class_="prose")))
