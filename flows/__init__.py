"""What takes more than one room: compute, publish, decide, follow up a plan. Shared by the commands, the web app and the jobs."""
