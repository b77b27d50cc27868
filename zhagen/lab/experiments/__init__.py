"""Experiments on rulebooks: compare, sweep, ablation, sensitivity; each result says how sure it is."""
