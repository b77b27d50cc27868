"""The parties' actions, one module a concept."""
