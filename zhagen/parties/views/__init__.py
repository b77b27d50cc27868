"""The parties' views, one module a concept."""
