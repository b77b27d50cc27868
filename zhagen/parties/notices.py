"""A notice in words: its title and what it says."""

from zhagen.parties.models import Notice
from zhagen.platform.texts import say


def notice_text(notice: Notice) -> str:
    """Return all a notice says, in the reader's language."""
    return say(f"notice.{notice.code}", **notice.figures)


def notice_title(notice: Notice) -> str:
    """Return the first line of a notice."""
    return notice_text(notice).splitlines()[0]


def notice_rest(notice: Notice) -> str:
    """Return what follows the title: what to do."""
    return "\n".join(notice_text(notice).splitlines()[1:])
