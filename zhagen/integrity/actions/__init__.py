"""Every change of integrity, one module a concept."""
