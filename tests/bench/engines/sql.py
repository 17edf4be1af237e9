"""The same counts in DuckDB's SQL, written by hand from the contract and the two agreements' conditions. In .venv-bench."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import duckdb

sys.path.insert(0, ".")  # run as a file, by a Python that has nothing of ours
from tests.bench.engines import timed

YES = (
    "inskrivningsmeddelande", "utskrivningsklar_meddelad", "oppenvard_planering", "oppenvard_insatser", "fast_vardkontakt", "it_stod",
)  # fmt: skip
JUDGED = f"""
SELECT kommun,
       date_diff('day', utskrivningsklar, utskriven) AS days,
       year(utskriven) * 12 + month(utskriven) - 1 AS month,
       CASE WHEN utskriven BETWEEN DATE '2023-01-01' AND DATE '2026-12-31' THEN 'old'
            WHEN utskriven BETWEEN DATE '2027-01-01' AND DATE '2030-12-31' THEN 'new' END AS agreement,
       {", ".join(f"coalesce(NOT {name}, false) AS no_{name}, {name} IS NULL AS un_{name}" for name in YES)},
       coalesce(sip_behov, false) AND sip_kallelse IS NULL AND NOT lacks_sip_kallelse AS no_sip_kallad,
       coalesce(sip_behov, false) AND sip_kallelse IS NULL AND lacks_sip_kallelse OR sip_behov IS NULL AS un_sip_kallad,
       coalesce(sip_behov, false) AND (sip_kallelse IS NULL AND NOT lacks_sip_kallelse
           OR coalesce(date_diff('day', utskrivningsklar, sip_kallelse) > 3, false)) AS no_sip_i_tid,
       coalesce(sip_behov, false) AND sip_kallelse IS NULL AND lacks_sip_kallelse OR sip_behov IS NULL AS un_sip_i_tid,
       information_overford IS NULL AND NOT lacks_information_overford
           OR coalesce(date_diff('day', utskriven, information_overford) > 0, false) AS no_information,
       information_overford IS NULL AND lacks_information_overford AS un_information,
       coalesce(sip_behov AND NOT sip_erbjuden, false) AS no_sip_erbjuden,
       coalesce(sip_behov, false) AND sip_erbjuden IS NULL OR sip_behov IS NULL AS un_sip_erbjuden,
       coalesce(tvangsvard AND NOT vardplan, false) AS no_vardplan,
       coalesce(tvangsvard, false) AND vardplan IS NULL OR tvangsvard IS NULL AS un_vardplan,
       coalesce(sip_behov, true) AS sip_may
FROM read_parquet(?)
"""
OLD = ("inskrivningsmeddelande", "utskrivningsklar_meddelad", "sip_kallad", "oppenvard_planering", "oppenvard_insatser")
NEW = (
    "inskrivningsmeddelande", "utskrivningsklar_meddelad", "information", "fast_vardkontakt", "sip_erbjuden", "sip_i_tid", "vardplan",
    "oppenvard_planering", "oppenvard_insatser", "it_stod",
)  # fmt: skip


def _any(prefix: str) -> str:
    old, new = (" OR ".join(f"{prefix}_{name}" for name in names) for names in (OLD, NEW))
    return f"CASE agreement WHEN 'old' THEN {old} WHEN 'new' THEN {new} ELSE false END"


EVERY_TEST = tuple(dict.fromkeys((*OLD, *NEW)))
COUNTED = f"""
WITH rows AS ({JUDGED}),
     held AS (SELECT *, {_any("no")} AS not_met, {_any("un")} AS unknown, agreement IS NOT NULL AND days > 7 AS alone FROM rows)
SELECT count(*) AS discharges,
       count(*) FILTER (days > 7) AS long_stays,
       count(*) FILTER (not_met) AS not_compliant,
       count(*) FILTER (NOT not_met AND unknown) AS unjudged,
       count(*) FILTER (NOT not_met AND NOT alone) AS short_stays,
       coalesce(sum(days) FILTER (NOT not_met AND NOT alone), 0) AS short_days,
       count(*) FILTER (NOT not_met AND alone) AS alone_stays,
       coalesce(sum(days) FILTER (NOT not_met AND alone), 0) AS alone_days,
       count(*) FILTER (days = 0) AS same_day,
       count(*) FILTER (days > 0) AS waited,
       sum(days) AS all_days,
       count(*) FILTER (sip_may AND NOT un_sip_i_tid AND NOT no_sip_i_tid) AS sip_in_time,
       count(*) FILTER (sip_may AND NOT un_sip_i_tid) AS sip_known,
       {", ".join(f"count(*) FILTER (no_{name}) AS no_{name}, count(*) FILTER (un_{name}) AS un_{name}" for name in EVERY_TEST)}
FROM held GROUP BY kommun, agreement, month
"""


def count(file: str) -> Mapping[str, int]:
    """As `ours.count`."""
    made = duckdb.execute(COUNTED, [file]).fetchdf()
    tests = [name for name in made.columns if name.startswith(("no_", "un_"))]
    return {name: int(made[name].sum()) for name in made.columns if name not in tests} | {"tests": int(made[tests].sum().sum())}


if __name__ == "__main__":
    timed.run(count)
