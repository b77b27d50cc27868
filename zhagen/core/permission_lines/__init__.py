"""The lines of the one permission table, a module for each part of the work."""
