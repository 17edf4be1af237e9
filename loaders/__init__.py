"""The outside world -> checked rows: files, their dialects and their errors. Knows nothing of indicators."""
