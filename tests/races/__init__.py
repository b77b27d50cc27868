"""Races: one step in several threads at once, with its guard and without it, on SQLite and on PostgreSQL."""
