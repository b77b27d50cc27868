"""SQLite as the embedded default: a current library, safe settings and one fair write lock."""
