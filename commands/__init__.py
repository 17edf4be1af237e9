"""The commands of `uppfoljning`, a module for each theme; `cli.py` puts them together."""
