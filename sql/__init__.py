"""What is kept: deliveries, coverage and runs. The only room that opens a connection (docs/adr/0001-the-rooms.md)."""
