"""Parameter draws from a calibration, for the district that it was made of and no other."""

from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.params import posterior_params
from zhagen.lab.calibrate.posterior import Posterior
from zhagen.lab.experiments.setup import Draws
from zhagen.lab.honesty import Badge


def posterior_draws(posterior: Posterior, snapshot: str, draws: int, seed: int) -> Draws:
    """Return draws from a calibration; from the prior, and uncalibrated, where the calibration says it is none.

    Args:
        posterior: The calibration.
        snapshot: Hash of the snapshot of the district that is rehearsed.
        draws: How many.
        seed: Of their choice.

    Raises:
        RuleError: "experiment.other_district": made from another snapshot.
    """
    if posterior.made.snapshot != snapshot:
        raise RuleError(
            "experiment.other_district", made=posterior.made.snapshot[:12], given=snapshot[:12] or "–"
        )
    badge = Badge.CALIBRATED if posterior.is_calibrated else Badge.UNCALIBRATED
    return Draws(posterior_params(posterior, draws, seed), badge, posterior.digest)
