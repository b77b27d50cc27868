"""After-effects of the parties: mail."""

from django.conf import settings
from django.core.mail import send_mail

from zhagen.parties.models import Notice
from zhagen.parties.notices import notice_text, notice_title
from zhagen.platform.clock import now
from zhagen.platform.queue import after_effect


@after_effect
def mail_notices(*notice_ids: str) -> None:
    """Mail notices of one reader in one message: what to do, by when, where."""
    notices = list(Notice.objects.filter(pk__in=notice_ids).select_related("recipient", "organisation"))
    if not notices:
        return
    first = notices[0]
    address = first.recipient.email if first.recipient else first.organisation.mail
    if not address:
        return
    parts = [f"{notice_text(each)}\n{settings.SITE_ADDRESS}{each.url}" for each in notices]
    title = notice_title(first) if len(notices) == 1 else f"扎根：{len(notices)} 条通知 / notices"
    send_mail(title, "\n\n".join(parts), None, [address])
    Notice.objects.filter(pk__in=notice_ids, mailed_at__isnull=True).update(mailed_at=now())
