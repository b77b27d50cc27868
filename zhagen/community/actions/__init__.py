"""Every change of community, one module a concept."""
