"""One typed function an indicator: unit, shape, source, smallest usable count."""
