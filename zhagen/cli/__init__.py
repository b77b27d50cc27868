"""Commands on files: rulebooks, calendars, logs. They import no Django and need no database."""
