"""What takes long: computing rehearsals."""

from zhagen.platform.queue import after_effect
from zhagen.policy.actions.lab_work import work


@after_effect
def work_lab() -> None:
    """Compute the rehearsal whose turn it is, in a child process."""
    work()
