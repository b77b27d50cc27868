"""The pages of integrity, one module a concept."""
