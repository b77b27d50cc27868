"""Every change of delivery, one module a concept."""
