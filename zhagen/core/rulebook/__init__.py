"""A rulebook: parse, check, layer, and the value in force on a date in a place."""
