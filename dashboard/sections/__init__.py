"""Parts of pages: a question, its chart, its table and its words."""
