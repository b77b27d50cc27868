"""Pages of the policy lab."""
