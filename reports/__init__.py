"""Figures as files: the yearly report, the workbook, the SKR delivery, open data. Pure functions; files are the caller's."""
