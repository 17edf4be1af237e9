"""The same counts of discharges by different engines, each a process of its own: `python engine.py FILE` prints seconds and totals."""
