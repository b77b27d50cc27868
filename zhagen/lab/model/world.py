"""A district as the model sees it: how many, which street, who lives there; drawn or from a snapshot's aggregates."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import fields as f

Vector = NDArray[np.float64]
POPULATION = (0.01, 0.19, 0.45, 0.35)
"""Elite, elderly and vulnerable, families, tenants: judgement; one tender of 2023 states 17.5 % aged 60 and over."""


class Size(NamedTuple):
    """How many communities, agencies and streets: all that the chances of a run depend on beside the seed."""

    communities: int
    agencies: int
    streets: int


@dataclass(frozen=True, slots=True)
class World:
    """What a run takes as given beyond rules and assumptions.

    Args:
        streets: Street of each community, shape (communities,), from 0.
        agencies: On the market.
        population: Share of each stratum, sums to 1.
        need_mix: Share of each class in what arises, shape (classes, communities); None = drawn in each run.
        capability: Of each committee in 0…1, shape (communities,); None = drawn in each run.
    """

    streets: NDArray[np.int64]
    agencies: int
    population: tuple[float, ...] = POPULATION
    need_mix: Vector | None = field(default=None)
    capability: Vector | None = field(default=None)

    @classmethod
    def synthetic(cls, communities: int = 200, agencies: int = 60, streets: int = 10) -> "World":
        """Return a made-up district of equal streets."""
        return cls(np.arange(communities, dtype=np.int64) * streets // communities, agencies)

    @property
    def communities(self) -> int:
        """How many communities there are."""
        return len(self.streets)

    @property
    def street_count(self) -> int:
        """How many streets there are."""
        return int(self.streets.max()) + 1

    @property
    def size(self) -> Size:
        """How many there are of each."""
        return Size(self.communities, self.agencies, self.street_count)

    def fingerprint(self) -> str:
        """Return a SHA-256 over everything that a run reads of the world."""
        digest = hashlib.sha256()
        parts: list[NDArray[np.float64] | NDArray[np.int64]] = [
            self.streets.astype(np.int64), np.array([self.agencies], dtype=np.int64),
            np.array(self.population, dtype=np.float64),
        ]  # fmt: skip
        for known in (self.need_mix, self.capability):
            parts.append(np.array([-1], dtype=np.int64) if known is None else known.astype(np.float64))
        for part in parts:
            digest.update(str(part.shape).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def check_world(world: World) -> None:
    """Refuse a world that cannot be run.

    Raises:
        ValueError: Shapes, shares or counts do not fit.
    """
    c = world.communities
    if c < 1 or world.agencies < 1 or len(world.population) != f.STRATA:
        raise ValueError("a world has at least one community, one agency and four strata")
    if abs(sum(world.population) - 1.0) > 1e-9 or min(world.population) < 0.0:
        raise ValueError("shares of the strata sum to 1")
    if world.need_mix is not None and world.need_mix.shape != (f.CLASSES, c):
        raise ValueError("the mix of need has a row a class and a column a community")
    if world.capability is not None and world.capability.shape != (c,):
        raise ValueError("capability has a figure a community")
