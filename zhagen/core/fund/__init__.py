"""What the rules say of a fund that a community runs: its money, its negative list, its tracks, its decisions."""
