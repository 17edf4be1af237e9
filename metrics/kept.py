"""Parts of cells whose rows are gone: as they were kept, and null where nobody can know (docs/adr/0015)."""

from __future__ import annotations

import polars as pl


def with_kept(parts: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The parts, with what was kept in place of what is counted for the same cell. A part that was not there then is not known."""
    cell = ["kommun", "base"]
    as_it_was = parts.select(*cell, "complete").join(kept.drop("complete", strict=False), on=cell, maintain_order="left")
    lacking = [pl.lit(None, kind).alias(name) for name, kind in parts.schema.items() if name not in as_it_was.columns]
    fitted = as_it_was.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in parts.schema.items())
    return pl.concat([parts.join(kept, on=cell, how="anti", maintain_order="left"), fitted])


def unknown_stays(parts: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Counts that a later program makes are not known of rows that were gone before it: null, and no zero is made of it."""
    unknown = [name for name in counted.columns if name in parts.columns and name not in ("kommun", "base") and counted[name].null_count()]
    if not unknown:
        return parts
    flags = counted.select("kommun", "base", pl.col(unknown).is_null().name.suffix("|unknown"))
    marked = parts.join(flags, on=("kommun", "base"), how="left", maintain_order="left")
    known = [pl.when(~pl.col(f"{name}|unknown").fill_null(value=False)).then(name).alias(name) for name in unknown]
    return marked.with_columns(known).select(parts.columns)
