"""What goes wrong around the program: killed, no room, no database, a wrong clock. Nothing is lost, nothing half, and it is told."""
