"""Rows become parts, parts become figures. Pure Polars: no file, no database, no clock, no page."""
