"""Parameters for experiments from a posterior: the calibrated ones drawn together, the others as the prior says."""

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.calibrate import prior_hash
from zhagen.lab.calibrate.posterior import Posterior
from zhagen.lab.calibrate.question import generator
from zhagen.lab.calibrate.setting import CODES
from zhagen.lab.model.params import prior


def posterior_params(posterior: Posterior, draws: int, seed: int) -> Floats:
    """Return parameter vectors (draws, NP) as `zhagen.lab.model.params.prior` does, the calibrated ones replaced.

    Without the badge 已校准 they are the prior's own, whatever was drawn.

    Raises:
        RuleError: "calibration.other_model": the model has other parameters or ranges now.
    """
    if posterior.made.prior != prior_hash():
        raise RuleError("calibration.other_model")
    found = np.asarray(prior(draws, seed))
    if not posterior.is_calibrated:
        return found
    kept = np.array(posterior.draws)
    rng = generator(seed, 5)
    rounds = [rng.permutation(len(kept)) for _ in range(-(-draws // len(kept)))]
    picked = kept[np.concatenate(rounds)[:draws]]
    found[:, [CODES.index(each.name) for each in posterior.parameters]] = picked
    return found
