"""The shapes of the API's answers, as its OpenAPI document tells them. Their texts are Swedish: people read them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field


class Metadata(BaseModel):
    """Vad svaret bygger på."""

    run: str | None = Field(description="Körningens id, eller null när inget har räknats")
    demodata: bool | None = Field(None, description="true när siffrorna är påhittade; annars utelämnad")
    note: str | None = Field(None, description="Samma sak i ord; annars utelämnad")


class Figure(BaseModel):
    """En siffra: en indikator för ett område och en period."""

    indicator: str
    area_kind: str = Field(description="kommun, delregion eller lan")
    area: str = Field(description="kommunkod, delregionens id eller länets id")
    area_name: str
    period_kind: str = Field(description="year, quarter eller month")
    period: str = Field(description="2025, 2025-Q3 eller 2025-07")
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None = Field(description="95 % intervall, nedre gräns")
    upper: float | None = Field(description="95 % intervall, övre gräns")
    unit: str = Field(description="%, antal, dagar, kr eller per_10000")
    goal: float | None
    status: str = Field(description="met, missed, no_goal, incomplete, missing eller suppressed")
    complete: bool
    preliminary: bool = Field(description="true när befolkningen är ett tidigare års")
    agreement: str | None = Field(description="gällande avtals id; flera skrivs med + emellan")
    run: str


class Figures(BaseModel):
    """Siffror och vad de bygger på."""

    metadata: Metadata
    figures: list[Figure]


class Goal(BaseModel):
    """Ett mål och när det gäller."""

    comparison: str = Field(description="at_least eller at_most")
    value: float
    area_kinds: list[str]
    period_kinds: list[str]
    valid_from: date
    valid_to: date | None
    source: str
    note: str | None


class Indicator(BaseModel):
    """En indikator: vad den räknar, hur och enligt vad."""

    id: str
    name: str
    theme: str
    counts: str = Field(description="Vad som räknas, i ord")
    numerator_label: str = Field(description="Täljaren i ord")
    denominator_label: str = Field(description="Nämnaren i ord")
    scale: int
    unit: str
    direction: str = Field(description="higher, lower eller none: vad som är bra")
    kind: str = Field(description="flow (månader läggs ihop) eller stock (läge den sista dagen)")
    dataset: str
    interval: str
    section: str
    source: str
    caveats: list[str]
    goals: list[Goal]


class Indicators(BaseModel):
    """Alla indikatorer."""

    metadata: Metadata
    indicators: list[Indicator]


class Member(BaseModel):
    """En kommuns plats i ett område, med datum när den har flyttat."""

    kommun: str
    valid_from: date | None
    valid_to: date | None


class Area(BaseModel):
    """En kommun, en delregion eller länet."""

    id: str
    kind: str
    name: str
    division: str | None = Field(description="delregionens indelning")
    members: list[Member]


class Areas(BaseModel):
    """Alla områden."""

    metadata: Metadata
    areas: list[Area]


class Run(BaseModel):
    """Den körning som gäller nu."""

    run: str
    created_at: datetime
    protected: bool = Field(description="true när små tal är skyddade i de siffror du får")
    demodata: bool | None = None


class Health(BaseModel):
    """Hur servern mår."""

    status: str = Field(description="ok, eller fel när databasen inte svarar")
    detail: str | None = None


class Problem(BaseModel):
    """Vad som var fel, på svenska."""

    detail: str
