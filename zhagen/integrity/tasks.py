"""What follows when the log is signed: a copy of the day's first root goes to every auditor."""

from django.urls import reverse

from zhagen.audit.models import SignedRoot
from zhagen.audit.roots import on_signed_root
from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify, people_with
from zhagen.parties.models import Notice
from zhagen.platform.clock import SHANGHAI

CODE = "log.root_signed"


@on_signed_root
def tell_auditors(signed: SignedRoot) -> None:
    """Send the first root of each day to the auditors, in the site and by mail, so that a copy lies elsewhere.

    One a day is enough: it fixes everything before it, and the page of the log shows the newest at any time.
    """
    earlier = Notice.objects.filter(code=CODE)
    today = signed.signed_at.astimezone(SHANGHAI).date()
    last = earlier.order_by("-sent_at").first()
    if last is not None and last.sent_at.astimezone(SHANGHAI).date() >= today:
        return
    earlier.filter(read_at__isnull=True, settled_at__isnull=True).update(
        settled_at=signed.signed_at
    )  # the new root says all that it said
    note = Note(CODE, reverse("log_show"), figures={"size": signed.size, "text": signed.text})
    notify(note, to=people_with(Role.AUDITOR), now=signed.signed_at)
