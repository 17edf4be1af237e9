"""SIP called in time: one rule under every agreement, since it is the law's. The rule is data in config.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from config import Settings
from metrics import judgement
from metrics.indicator import Indicator

PARTS: Final = ("sip_in_time", "sip_known")


def counts(settings: Settings) -> Iterator[pl.Expr]:
    """Discharges that need a SIP and can be judged, and those of them where it was called in time."""
    state = judgement.state(settings.utskrivning.sip_in_time)
    known = state.may_apply & ~state.unknown
    yield (known & ~state.not_met).sum().cast(pl.Int64).alias("sip_in_time")
    yield known.sum().cast(pl.Int64).alias("sip_known")


INDICATORS: Final = (
    Indicator(
        id="sip_i_tid",
        name="SIP kallad i tid",
        theme="utskrivning",
        counts="Så stor del av dem som behöver en samordnad individuell plan där kallelsen har skickats inom lagens tid.",
        numerator="sip_in_time",
        numerator_label="Utskrivna där kallelsen till SIP är skickad i tid",
        denominator="sip_known",
        denominator_label="Utskrivna som behöver SIP, och där uppgifterna finns",
        scale=100,
        unit="%",
        direction="higher",
        kind="flow",
        dataset="utskrivning",
        interval="wilson",
        ruled=False,
        section="Avtal 2023–2026, del C in- och utskrivning, 5.1; avtal 2027–2030, betalningsansvar 6 §; lag (2017:612) 4 kap. 3 §",
        source="Uppgifter om utskrivningsklara patienter ur SAMSA, den gemensamma it-tjänsten",
        caveats=(
            "Tiden är lagens. I avtalet 2023–2026 räcker det att kallelsen är skickad, i avtalet 2027–2030 ska den vara skickad i tid.",
            "En kallelse som saknas är för sen. En fil utan kolumnen räknas inte med.",
        ),
        openly="county_years",
    ),
)
