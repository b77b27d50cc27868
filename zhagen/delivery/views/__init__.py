"""The pages of delivery, one module a concept."""
