"""One file per revision, named by its number; the newest number is `sql.migration.HEAD`."""
