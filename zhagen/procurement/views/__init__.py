"""The pages of procurement, one module a concept."""
