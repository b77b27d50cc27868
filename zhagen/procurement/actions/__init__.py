"""Every change of procurement, one module a concept."""
