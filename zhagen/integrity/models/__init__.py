"""The integrity pages keep no tables of their own yet: they read the chain."""
