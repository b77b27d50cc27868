"""After-effects of the community: a voice that was to be forgotten leaves the evidence store."""

from zhagen.community.models import Idea
from zhagen.platform.files import stored_path
from zhagen.platform.home import data_home
from zhagen.platform.queue import after_effect


@after_effect
def remove_voice(digest: str) -> None:
    """Remove a voice note's file unless another idea still holds the same recording."""
    if not Idea.objects.filter(voice_digest=digest).exists():
        stored_path(data_home() / "evidence", digest).unlink(missing_ok=True)
