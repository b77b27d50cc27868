"""Commands on files: rulebooks, logs. They import no Django and need no database."""
