"""The same counts in pandas, written by hand from the contract and the two agreements' conditions. In .venv-bench."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pandas as pd

sys.path.insert(0, ".")  # run as a file, by a Python that has nothing of ours
from tests.bench.engines import timed

NOT_NEEDED = {"arende", "enhet", "inskriven", "row", "delivery"}
YES = ("inskrivningsmeddelande", "utskrivningsklar_meddelad", "oppenvard_planering", "oppenvard_insatser", "fast_vardkontakt", "it_stod")
OLD = ("inskrivningsmeddelande", "utskrivningsklar_meddelad", "sip_kallad", "oppenvard_planering", "oppenvard_insatser")
NEW = (
    "inskrivningsmeddelande", "utskrivningsklar_meddelad", "information", "fast_vardkontakt", "sip_erbjuden", "sip_i_tid", "vardplan",
    "oppenvard_planering", "oppenvard_insatser", "it_stod",
)  # fmt: skip


def _no(answers: pd.Series) -> pd.Series:
    return ~answers.fillna(True).astype(bool)


def _days(last: pd.Series, first: pd.Series) -> pd.Series:
    return (last - first).dt.days


def _states(rows: pd.DataFrame) -> tuple[dict[str, pd.Series], dict[str, pd.Series]]:
    """By condition, whether it is not met and whether it is unknown."""
    no = {name: _no(rows[name]) for name in YES}
    un = {name: rows[name].isna() for name in YES}
    need, perhaps = rows["sip_behov"].fillna(False).astype(bool), rows["sip_behov"].isna()
    gone, lacks = rows["sip_kallelse"].isna(), rows["lacks_sip_kallelse"]
    no["sip_kallad"], un["sip_kallad"] = need & gone & ~lacks, need & gone & lacks | perhaps
    late = _days(rows["sip_kallelse"], rows["utskrivningsklar"]) > 3
    no["sip_i_tid"], un["sip_i_tid"] = need & (gone & ~lacks | late), un["sip_kallad"]
    gone, lacks = rows["information_overford"].isna(), rows["lacks_information_overford"]
    late = _days(rows["information_overford"], rows["utskriven"]) > 0
    no["information"], un["information"] = gone & ~lacks | late, gone & lacks
    no["sip_erbjuden"], un["sip_erbjuden"] = need & _no(rows["sip_erbjuden"]), need & rows["sip_erbjuden"].isna() | perhaps
    held, perhaps = rows["tvangsvard"].fillna(False).astype(bool), rows["tvangsvard"].isna()
    no["vardplan"], un["vardplan"] = held & _no(rows["vardplan"]), held & rows["vardplan"].isna() | perhaps
    return no, un


def _any(states: dict[str, pd.Series], old: pd.Series, new: pd.Series) -> pd.Series:
    by_old, by_new = (pd.concat([states[name] for name in names], axis=1).any(axis=1) for names in (OLD, NEW))
    return old & by_old | new & by_new


def count(file: str) -> Mapping[str, int]:
    """As `ours.count`."""
    rows = pd.read_parquet(file, columns=[name for name in _columns(file) if name not in NOT_NEEDED])
    for name in ("utskrivningsklar", "utskriven", "sip_kallelse", "information_overford"):
        rows[name] = pd.to_datetime(rows[name])
    no, un = _states(rows)
    old = rows["utskriven"].between("2023-01-01", "2026-12-31")
    new = rows["utskriven"].between("2027-01-01", "2030-12-31")
    not_met, unknown = _any(no, old, new), _any(un, old, new)
    days = _days(rows["utskriven"], rows["utskrivningsklar"])
    alone = (old | new) & (days > 7)
    known = rows["sip_behov"].fillna(True).astype(bool) & ~un["sip_i_tid"]
    made = pd.DataFrame({
        "kommun": rows["kommun"],
        "agreement": old * 1 + new * 2,
        "month": rows["utskriven"].dt.year * 12 + rows["utskriven"].dt.month - 1,
        "discharges": 1,
        "long_stays": days > 7,
        "not_compliant": not_met,
        "unjudged": ~not_met & unknown,
        "short_stays": ~not_met & ~alone,
        "short_days": days.where(~not_met & ~alone, 0),
        "alone_stays": ~not_met & alone,
        "alone_days": days.where(~not_met & alone, 0),
        "same_day": days == 0,
        "waited": days > 0,
        "all_days": days,
        "sip_in_time": known & ~no["sip_i_tid"],
        "sip_known": known,
        **{f"no_{name}": state for name, state in no.items()},
        **{f"un_{name}": state for name, state in un.items()},
    })  # fmt: skip
    summed = made.groupby(["kommun", "agreement", "month"]).sum()
    tests = [name for name in summed.columns if name.startswith(("no_", "un_"))]
    return {name: int(summed[name].sum()) for name in summed.columns if name not in tests} | {"tests": int(summed[tests].sum().sum())}


def _columns(file: str) -> list[str]:
    from pyarrow.parquet import read_schema

    return list(read_schema(file).names)


if __name__ == "__main__":
    timed.run(count)
