"""Parameters for experiments from a posterior: the calibrated ones drawn together, the others as the prior says."""

import numpy as np

from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.posterior import Posterior
from zhagen.lab.calibrate.question import generator
from zhagen.lab.calibrate.setting import CODES
from zhagen.lab.model.params import prior


def posterior_params(posterior: Posterior, draws: int, seed: int) -> Floats:
    """Return parameter vectors (draws, NP) as `zhagen.lab.model.params.prior` does, the calibrated ones replaced.

    Without the badge 已校准 they are the prior's own, whatever was drawn.
    """
    found = prior(draws, seed)
    if not posterior.is_calibrated:
        return np.asarray(found)
    kept = np.array(posterior.draws)
    whole, rest = divmod(draws, len(kept))
    rng = generator(seed, 5)
    places = [rng.permutation(len(kept)) for _ in range(whole + bool(rest))]
    picked = kept[np.concatenate(places)[:draws]]
    found[:, [CODES.index(each.name) for each in posterior.parameters]] = picked
    return np.asarray(found)
