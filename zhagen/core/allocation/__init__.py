"""Which projects a vote funds: greedy, Equal Shares, Phragmén and their completions, with exact reasons.

Start at `allocate.allocate(election, terms)`; `pabulib` reads and writes the files; `plain` says the same
slowly in fractions, and the tests hold the fast rules to it.
"""
