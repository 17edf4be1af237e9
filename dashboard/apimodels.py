"""The shapes of the API's answers, as its OpenAPI document tells them. Their texts are Swedish: people read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field


class Metadata(BaseModel):
    """Vad svaret bygger på."""

    run: Annotated[str | None, Field(description="Körningens id, eller null när inget har räknats")]
    demodata: Annotated[bool | None, Field(description="true när siffrorna är påhittade, annars utelämnad")] = None
    note: Annotated[str | None, Field(description="Samma sak i ord, annars utelämnad")] = None


class Figure(BaseModel):
    """En siffra: en indikator för ett område och en period."""

    indicator: Annotated[str, Field(description="Indikatorns id")]
    area_kind: Annotated[str, Field(description="kommun, delregion eller lan")]
    area: Annotated[str, Field(description="Kommunkod, delregionens id eller länets id")]
    area_name: Annotated[str, Field(description="Områdets namn")]
    period_kind: Annotated[str, Field(description="year, quarter eller month")]
    period: Annotated[str, Field(description="ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM")]
    numerator: Annotated[float | None, Field(description="Täljaren, summerad över kommuner och månader")]
    denominator: Annotated[float | None, Field(description="Nämnaren, summerad över samma kommuner och månader")]
    value: Annotated[float | None, Field(description="Värdet, oavrundat. Andelar är 0–100")]
    lower: Annotated[float | None, Field(description="Nedre gräns, 95 procent")]
    upper: Annotated[float | None, Field(description="Övre gräns, 95 procent")]
    unit: Annotated[str, Field(description="%, antal, dagar, kr eller per_10000")]
    goal: Annotated[float | None, Field(description="Målet som gäller, eller null")]
    status: Annotated[str, Field(description="met, missed, no_goal, incomplete, missing eller suppressed")]
    complete: Annotated[bool, Field(description="true när varje kommun har levererat för hela perioden")]
    preliminary: Annotated[bool, Field(description="true när befolkningen är ett tidigare års")]
    agreement: Annotated[str | None, Field(description="Gällande avtals id; flera skrivs med + emellan")]
    run: Annotated[str, Field(description="Körningens id")]


class Figures(BaseModel):
    """Siffror och vad de bygger på."""

    metadata: Annotated[Metadata, Field(description="Vad svaret bygger på")]
    figures: Annotated[list[Figure], Field(description="Ordnade efter indikator, område och period")]


class BreakdownPart(BaseModel):
    """En del av en siffra: det som hör till en kategori. En kategori utan rad är noll där siffran själv finns."""

    indicator: Annotated[str, Field(description="Indikatorns id")]
    area_kind: Annotated[str, Field(description="kommun, delregion eller lan")]
    area: Annotated[str, Field(description="Kommunkod, delregionens id eller länets id")]
    area_name: Annotated[str, Field(description="Områdets namn")]
    period_kind: Annotated[str, Field(description="year, quarter eller month")]
    period: Annotated[str, Field(description="ÅÅÅÅ, ÅÅÅÅ-Q3 eller ÅÅÅÅ-MM")]
    dimension: Annotated[str, Field(description="Vad siffran är delad efter, till exempel enhet eller kategori")]
    category: Annotated[str | None, Field(description="Kategorin, eller null när fördelningen är skyddad")]
    category_name: Annotated[str | None, Field(description="Kategorin i ord")]
    numerator: Annotated[float | None, Field(description="Kategorins del av täljaren")]
    denominator: Annotated[float | None, Field(description="Kategorins del av nämnaren")]
    value: Annotated[float | None, Field(description="Värdet för kategorin, oavrundat")]
    unit: Annotated[str, Field(description="%, antal, dagar, kr eller per_10000")]
    status: Annotated[str, Field(description="no_goal, incomplete, missing eller suppressed")]
    complete: Annotated[bool, Field(description="true när varje kommun har levererat för hela perioden")]
    run: Annotated[str, Field(description="Körningens id")]


class Breakdowns(BaseModel):
    """Siffror delade efter sjukhus, kategori och annat, och vad de bygger på."""

    metadata: Annotated[Metadata, Field(description="Vad svaret bygger på")]
    breakdowns: Annotated[list[BreakdownPart], Field(description="Ordnade efter indikator, fördelning, område, period och kategori")]


class Goal(BaseModel):
    """Ett mål, var det prövas och när det gäller."""

    comparison: Annotated[str, Field(description="at_least (minst) eller at_most (högst)")]
    value: Annotated[float, Field(description="Målets tal, i indikatorns enhet")]
    area_kinds: Annotated[list[str], Field(description="Slag av områden som det prövas på")]
    period_kinds: Annotated[list[str], Field(description="Slag av perioder som det prövas på")]
    valid_from: Annotated[date, Field(description="Första dagen det gäller")]
    valid_to: Annotated[date | None, Field(description="Sista dagen det gäller, eller null")]
    source: Annotated[str, Field(description="Var målet står")]
    note: Annotated[str | None, Field(description="Att tänka på, eller null")]


class Indicator(BaseModel):
    """En indikator: vad den räknar, hur och enligt vad."""

    id: Annotated[str, Field(description="Indikatorns id")]
    name: Annotated[str, Field(description="Namnet på sidorna")]
    theme: Annotated[str, Field(description="munhalsa, utskrivning, foljsamhet, avvikelser, lakarmedverkan eller psykisk")]
    counts: Annotated[str, Field(description="Vad som räknas, i ord")]
    numerator_label: Annotated[str, Field(description="Täljaren i ord")]
    denominator_label: Annotated[str, Field(description="Nämnaren i ord")]
    scale: Annotated[int, Field(description="Vad kvoten multipliceras med: 1, 100 eller 10000")]
    unit: Annotated[str, Field(description="%, antal, dagar, kr eller per_10000")]
    direction: Annotated[str, Field(description="Vad som är bra: higher, lower eller none")]
    kind: Annotated[
        str,
        Field(description="flow (månader läggs ihop), stock och status (läget den sista dagen) eller year (bara år)"),
    ]
    dataset: Annotated[str, Field(description="Datamängden som den räknas ur")]
    interval: Annotated[str, Field(description="wilson, poisson eller none")]
    section: Annotated[str, Field(description="Avtal och avsnitt")]
    source: Annotated[str, Field(description="Varifrån uppgifterna kommer")]
    caveats: Annotated[list[str], Field(description="Att tänka på när man läser siffran")]
    agreements: Annotated[list[str], Field(description="Avtal som siffran hör till, tom när den finns i alla")]
    openly: Annotated[str, Field(description="everywhere, eller county_years när den öppet bara visas för länets hela år")]
    why_not_a_sum: Annotated[str, Field(description="Varför värdet inte är en summa delad med en annan, annars tom")]
    goals: Annotated[list[Goal], Field(description="Målen genom åren")]


class Indicators(BaseModel):
    """Alla indikatorer."""

    metadata: Annotated[Metadata, Field(description="Vad svaret bygger på")]
    indicators: Annotated[list[Indicator], Field(description="Ordnade efter id")]


class Member(BaseModel):
    """En kommuns plats i ett område, med datum när den har flyttat."""

    kommun: Annotated[str, Field(description="Kommunkod")]
    valid_from: Annotated[date | None, Field(description="Första dagen, eller null: sedan alltid")]
    valid_to: Annotated[date | None, Field(description="Sista dagen, eller null: tills vidare")]


class Area(BaseModel):
    """En kommun, en delregion eller länet."""

    id: Annotated[str, Field(description="Kommunkod, delregionens id eller länets id")]
    kind: Annotated[str, Field(description="kommun, delregion eller lan")]
    name: Annotated[str, Field(description="Områdets namn")]
    division: Annotated[str | None, Field(description="Delregionens indelning, annars null")]
    members: Annotated[list[Member], Field(description="Kommunerna i området; tom för en kommun")]


class Areas(BaseModel):
    """Alla områden."""

    metadata: Annotated[Metadata, Field(description="Vad svaret bygger på")]
    areas: Annotated[list[Area], Field(description="Kommuner, delregioner och länet")]


class LineagePart(BaseModel):
    """En kommun och en period i summan, som du får se den."""

    kommun: Annotated[str, Field(description="Kommunkod")]
    period: Annotated[str, Field(description="Månad, eller kvartal för N-tandvård")]
    numerator: Annotated[float | None, Field(description="Täljaren")]
    denominator: Annotated[float | None, Field(description="Nämnaren")]
    value: Annotated[float | None, Field(description="Värdet")]
    status: Annotated[str, Field(description="met, missed, no_goal, incomplete, missing eller suppressed")]
    delivery: Annotated[int | None, Field(description="Leveransen som gällde, eller null där inget har levererats")]


class UsedDelivery(BaseModel):
    """En leverans som siffran bygger på. Det efter cells är null för den som inte får läsa raderna."""

    id: Annotated[int, Field(description="Leveransens nummer")]
    dataset: Annotated[str, Field(description="Datamängden")]
    cells: Annotated[int, Field(description="Antal kommun × period i siffran som den gäller för")]
    rows: Annotated[int | None, Field(description="Antal rader i siffran; null också när raderna är gallrade")]
    file_name: Annotated[str | None, Field(description="Filens namn")]
    sha256: Annotated[str | None, Field(description="Filens kontrollsumma")]
    loaded_at: Annotated[datetime | None, Field(description="När den lästes in")]
    loaded_by: Annotated[str | None, Field(description="Vem som läste in den")]


class Lineage(BaseModel):
    """Vad en siffra bygger på."""

    metadata: Annotated[Metadata, Field(description="Vad svaret bygger på")]
    publication: Annotated[str | None, Field(description="Publikationen, eller null för den gällande körningen")]
    figure: Annotated[Figure, Field(description="Siffran")]
    agreements: Annotated[list[str], Field(description="Avtalen vars regel gällde")]
    section: Annotated[str, Field(description="Avtal och avsnitt")]
    parts: Annotated[list[LineagePart], Field(description="Kommuner och perioder som summeras")]
    deliveries: Annotated[list[UsedDelivery], Field(description="Leveranserna som gällde när siffran räknades")]
    dataset: Annotated[str, Field(description="Datamängden som raderna är ur")]
    row_count: Annotated[int | None, Field(description="Antal rader i allt; null för den som inte får läsa dem, och när några är gallrade")]
    rows: Annotated[list[dict[str, Any]] | None, Field(description="Raderna med radnummer i avsändarens fil (row), eller null")]
    recomputable: Annotated[bool, Field(description="false när rader som siffran bygger på är gallrade: då kan den inte räknas om")]
    equal: Annotated[bool | None, Field(description="Om siffran blev lika när den räknades om; null utan recompute eller när det inte går")]


class Run(BaseModel):
    """Den körning som gäller nu."""

    run: Annotated[str, Field(description="Körningens id")]
    created_at: Annotated[datetime, Field(description="När siffrorna räknades")]
    protected: Annotated[bool, Field(description="true när små tal är skyddade i de siffror du får")]
    demodata: Annotated[bool | None, Field(description="true när siffrorna är påhittade, annars utelämnad")] = None
    note: Annotated[str | None, Field(description="Samma sak i ord, annars utelämnad")] = None


class Problem(BaseModel):
    """Vad som var fel, på svenska."""

    detail: Annotated[str, Field(description="En mening som säger vad som är fel och vad du kan göra")]
