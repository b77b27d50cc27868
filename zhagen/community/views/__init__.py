"""The pages of community, one module a concept."""
