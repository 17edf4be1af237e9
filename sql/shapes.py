"""What is kept of each dataset: its columns and types, and where a row's period and id are found.

The checks and the words of a dataset live in `loaders/<dataset>.py`; the test `tests/sql/test_shapes.py` holds the two
together. It is here as well so that a dataset without a single delivery still reads as a frame with its columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import polars as pl

ColumnType: TypeAlias = type[pl.DataType]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """`required` columns are in every delivery, `optional` ones where the sender has them.

    `period` is the column that places a row in time: a date (its month counts), a year, or a period as text. A row of a
    `party` is of no time: the newest delivery that speaks for the party is the one that counts.
    `id` is unique within a delivery; `key` divides a kommun's coverage further (the measures of matt).
    """

    required: Mapping[str, ColumnType]
    period: str
    optional: Mapping[str, ColumnType] = field(default_factory=dict)
    id: str | None = None
    key: str | None = None
    party: str | None = None

    @property
    def stored(self) -> dict[str, ColumnType]:
        """Every column that a delivery's file may hold, and the row number in the sender's file."""
        return {**self.required, **self.optional, "row": pl.Int64}

    @property
    def schema(self) -> dict[str, ColumnType]:
        """The columns of `sql.facts.rows`."""
        lacks = {f"lacks_{column}": pl.Boolean for column in self.optional}
        return {**self.stored, "delivery": pl.Int64, **lacks}

    def cell(self) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Which part of a coverage a row belongs to: `kommun`, `period` and `key`, all text."""
        if self.party is not None:
            return pl.col(self.party), pl.lit(EVER).alias("period"), pl.lit("", dtype=pl.String).alias("key")
        kind = self.stored[self.period]
        when = pl.col(self.period)
        period = when.dt.to_string("%Y-%m") if kind == pl.Date else when.cast(pl.String)
        key = pl.col(self.key) if self.key else pl.lit("", dtype=pl.String)
        return pl.col("kommun"), period.alias("period"), key.alias("key")


EVER = "alla"
"""The period of what is decided once and for all."""
_OF_A_DISCHARGE: Mapping[str, ColumnType] = MappingProxyType(
    {
        "inskrivningsmeddelande": pl.Boolean,
        "utskrivningsklar_meddelad": pl.Boolean,
        "fast_vardkontakt": pl.Boolean,
        "sip_behov": pl.Boolean,
        "sip_erbjuden": pl.Boolean,
        "tvangsvard": pl.Boolean,
        "vardplan": pl.Boolean,
        "oppenvard_planering": pl.Boolean,
        "oppenvard_insatser": pl.Boolean,
        "it_stod": pl.Boolean,
        "sip_kallelse": pl.Date,
        "information_overford": pl.Date,
    }
)

SHAPES: dict[str, Shape] = {
    "befolkning": Shape(
        required={"kommun": pl.String, "ar": pl.Int64, "alder": pl.String, "antal": pl.Int64},
        period="ar",
    ),
    "ntandvard": Shape(
        required={
            "kommun": pl.String,
            "kvartal": pl.String,
            "intyg": pl.Int64,
            "onskar_mhb": pl.Int64,
            "fatt_mhb": pl.Int64,
            "fatt_tandvard": pl.Int64,
        },
        optional={"fatt_stod": pl.Int64},
        period="kvartal",
    ),
    "utskrivning": Shape(
        required={
            "arende": pl.String,
            "kommun": pl.String,
            "enhet": pl.String,
            "inskriven": pl.Date,
            "utskrivningsklar": pl.Date,
            "utskriven": pl.Date,
        },
        optional=_OF_A_DISCHARGE,
        period="utskriven",
        id="arende",
    ),
    # `manad` is the month that the sender stated: on its last day the patients were still there.
    "pagaende": Shape(
        required={
            "arende": pl.String,
            "kommun": pl.String,
            "enhet": pl.String,
            "inskriven": pl.Date,
            "utskrivningsklar": pl.Date,
            "manad": pl.String,
        },
        optional=_OF_A_DISCHARGE,
        period="manad",
    ),
    "avvikelser": Shape(
        required={
            "avvikelse": pl.String,
            "registrerad": pl.Date,
            "kommun": pl.String,
            "rapportor": pl.String,
            "omrade": pl.String,
            "kategori": pl.String,
        },
        optional={"skal": pl.String, "aterkopplad": pl.Date, "avslutad": pl.Date, "steg": pl.Int64},
        period="registrerad",
        id="avvikelse",
    ),
    "utbildning": Shape(
        required={
            "kommun": pl.String,
            "enhet": pl.String,
            "datum": pl.Date,
            "slag": pl.String,
            "deltagare": pl.Int64,
            "timmar": pl.Float64,
        },
        period="datum",
    ),
    # `manad` is the month that the sender stated: its last day is when the units were these.
    "enheter": Shape(
        required={"kommun": pl.String, "enhet": pl.String, "fran": pl.Date, "manad": pl.String},
        optional={"till": pl.Date},
        period="manad",
    ),
    "naromradesplaner": Shape(
        required={"kommun": pl.String, "naromrade": pl.String, "ar": pl.Int64},
        optional={"upprattad": pl.Date, "uppfoljd": pl.Date},
        period="ar",
    ),
    "fast_lakarkontakt": Shape(
        required={"kommun": pl.String, "kvartal": pl.String, "patienter": pl.Int64, "med_fast_lakarkontakt": pl.Int64},
        period="kvartal",
    ),
    "placeringar": Shape(
        required={
            "placering": pl.String,
            "kommun": pl.String,
            "start": pl.Date,
            "form": pl.String,
            "akut": pl.Boolean,
            "inom_lanet": pl.Boolean,
        },
        optional={
            "slut": pl.Date,
            "sip": pl.Date,
            "kostnadsfordelning": pl.Date,
            "region_andel": pl.Float64,
            "schablon": pl.Boolean,
        },
        period="start",
        id="placering",
    ),
    "halsosamtal": Shape(
        required={"kommun": pl.String, "ar": pl.Int64, "malgrupp": pl.Int64, "erbjudna": pl.Int64},
        period="ar",
    ),
    "matt": Shape(
        required={"kommun": pl.String, "matt": pl.String, "period": pl.String, "utfall": pl.Float64},
        optional={"mal": pl.Float64, "kommentar": pl.String},
        period="period",
        key="matt",
    ),
    "avtalsbeslut": Shape(
        required={"part": pl.String, "beslut": pl.String, "datum": pl.Date},
        optional={"diarienummer": pl.String},
        period="datum",
        party="part",
    ),
    # The plan is a tree, not a table: one row per plan, with the whole checked plan as JSON.
    "namndplan": Shape(
        required={"kommun": pl.String, "ar": pl.Int64, "plan": pl.String},
        period="ar",
    ),
}


def shape_of(dataset: str) -> Shape:
    """The dataset's shape. Raises KeyError for one that is not kept."""
    return SHAPES[dataset]
