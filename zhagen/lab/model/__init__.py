"""The study's mechanism as arrays over (run, variable, community): one formula, read by NumPy and by Numba alike."""
