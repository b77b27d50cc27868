"""Commands of the event log on the live database."""
