"""The numbers of `swedish.py`, by the name that the pages know them by."""

from swedish import MINUS, NBSP, NONE, beside_goal, change_word, decimals, number, plain, signed, unit_word, with_unit

__all__ = ["MINUS", "NBSP", "NONE", "beside_goal", "change_word", "decimals", "number", "plain", "signed", "unit_word", "with_unit"]
