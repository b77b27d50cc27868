"""Score bids, grade evaluations, advise on renewal, each result with its trace."""
