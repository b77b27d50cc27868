"""How much a calibration simulates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Attributes:
        table: runs from the prior; they serve any district of the same make.
        waves, per_wave: history matching.
        generations, per_generation: the sampler; 0 generations read the table alone.
        near: share of the particles, the nearest, that the adjustment reads.
        draws: size of the posterior kept.
        foretell: runs of the held-out year.
    """

    table: int = 4000
    waves: int = 3
    per_wave: int = 2000
    generations: int = 8
    per_generation: int = 1000
    near: float = 0.5
    draws: int = 1000
    foretell: int = 400


TABLE_ALONE = Effort(waves=0, per_wave=0, generations=0, per_generation=0, near=0.2)
"""No run for the district itself: its posterior is read off a table of the prior."""
