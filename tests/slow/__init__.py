"""The slow twin: every figure of the contract with loops and dictionaries, for a statistician to read.

It shares nothing with `metrics` but the settings. A row is a dictionary with the contract's field names; a delivery that lacked a
column says so in `lacks` (a set of column names). `Covered` says which kommun and base period a dataset speaks for, and whether
it is complete. Source: contract, sections 5 and 6.
"""

from tests.slow.figures import Twin
from tests.slow.parts import conditions, persons

__all__ = ["Twin", "conditions", "persons"]
