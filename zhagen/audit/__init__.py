"""The append-only log of what was done: events, their Merkle tree, signed roots."""
