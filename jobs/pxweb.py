"""Statistics agencies' PxWeb, versions 1 and 2: what a table holds, and a part of it as json-stat2.

Source: SCB's own descriptions of the two (docs/sources.md). The pace and the largest answer are read from the service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final

from config import PopulationTable
from jobs.job import JobFailed
from jobs.web import Client, Waiting

NAME: Final = "SCB"
_NAMED: Final = 5
Selection = Mapping[str, Sequence[str]]
"""Codes by variable; a variable that is left out is summed."""


class PxWeb:
    """One table. Raises JobFailed when the service does not answer as it should."""

    def __init__(self, table: PopulationTable, wait: Waiting) -> None:
        self.table = table
        self._client = Client(NAME, wait)
        self._is_first = table.api == "v1"
        calls, seconds, self.most_cells = self._read_config()
        self._client.pause = seconds / calls

    def codes(self) -> dict[str, list[str]]:
        """Every variable's codes, in the table's order."""
        try:
            if self._is_first:
                return {v["code"]: list(v["values"]) for v in self._client.get(self._address())["variables"]}
            return {
                name: in_order(d["category"]["index"]) for name, d in self._client.get(f"{self._address()}/metadata")["dimension"].items()
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise JobFailed(f"{NAME} beskriver inte tabellen {self.table.table} som väntat.") from error

    def data(self, selection: Selection) -> dict[str, Any]:
        """The selected cells as json-stat2, held against what was asked for: just those, and a number in each.

        Raises JobFailed also when they are more than the service gives at once.
        """
        cells = 1
        for codes in selection.values():
            cells *= len(codes)
        if cells > self.most_cells:
            raise JobFailed(f"{NAME} ger högst {self.most_cells} värden åt gången, och frågan gäller {cells}.", may_pass=False)
        answer = self._ask_v1(selection) if self._is_first else self._ask_v2(selection)
        if not isinstance(answer, dict) or answer.get("class") != "dataset":
            raise JobFailed(f"{NAME} svarade inte med json-stat2.")
        self._hold_against(answer, selection)
        return answer

    def _hold_against(self, answer: Mapping[str, Any], selection: Selection) -> None:
        try:
            given = {name: in_order(answer["dimension"][name]["category"]["index"]) for name in answer["id"]}
            values = list(answer["value"])
            sizes = [len(codes) for codes in given.values()]
            is_whole = len(values) == prod(sizes) and list(answer["size"]) == sizes
        except (KeyError, TypeError, AttributeError) as error:
            raise JobFailed(f"{NAME}s svar om {self.table.table} går inte att läsa.") from error
        for name, asked in selection.items():
            if other := sorted(set(asked) ^ set(given.get(name, ()))):
                raise JobFailed(f"{NAME} svarade inte med det som frågan gällde: {name} skiljer sig i {', '.join(other[:_NAMED])}.")
        if not is_whole or not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            raise JobFailed(f"{NAME}s svar om {self.table.table} saknar värden.")

    def _ask_v1(self, selection: Selection) -> Any:
        query = [{"code": code, "selection": {"filter": "item", "values": list(values)}} for code, values in selection.items()]
        return self._client.post(self._address(), {"query": query, "response": {"format": "json-stat2"}})

    def _ask_v2(self, selection: Selection) -> Any:
        wanted = [{"variableCode": code, "valueCodes": list(values)} for code, values in selection.items()]
        return self._client.post(f"{self._address()}/data", {"selection": wanted}, lang="sv", outputFormat="json-stat2")

    def _address(self) -> str:
        middle = "" if self._is_first else "tables/"
        return f"{self.table.address}/{middle}{self.table.table}"

    def _read_config(self) -> tuple[float, float, int]:
        """Calls allowed per so many seconds, and cells per answer."""
        address = f"{self.table.address}?config" if self._is_first else f"{self.table.address}/config"
        said = self._client.get(address)
        names = ("maxCalls", "timeWindow", "maxCells") if self._is_first else ("maxCallsPerTimeWindow", "timeWindow", "maxDataCells")
        try:
            calls, seconds, cells = (said[name] for name in names)
            return max(float(calls), 1.0), float(seconds), int(cells)
        except (KeyError, TypeError, ValueError) as error:
            raise JobFailed(f"{NAME} säger inte hur ofta man får fråga.") from error


def in_order(index: Mapping[str, int] | Sequence[str]) -> list[str]:
    """Codes by place: the order of a JSON object says nothing."""
    return sorted(index, key=index.__getitem__) if isinstance(index, Mapping) else list(index)
