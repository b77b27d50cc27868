"""Who takes part and where: places, people, organisations, roles, declared ties, rulebook versions."""
