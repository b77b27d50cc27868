"""One table of moves a concept: from which state to which."""
