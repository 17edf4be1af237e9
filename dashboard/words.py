"""The words of `swedish.py`, by the name that the pages know them by."""

from swedish import capital, count, day, genitive, listed, listed_shortly, moment, month, period, period_short

__all__ = ["capital", "count", "day", "genitive", "listed", "listed_shortly", "moment", "month", "period", "period_short"]
