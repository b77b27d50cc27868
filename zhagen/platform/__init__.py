"""What every app stands on, no business of its own: clock, transactions, files, seals, documents, tables."""
