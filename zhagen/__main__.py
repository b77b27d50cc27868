"""The command `zhagen`: commands on files go straight to the cli, all others through Django."""
