"""Policy: rehearsals of a rulebook, drafts, adoption, and what leaves the database for them."""
