"""Notices that wait for nothing any more: there must be none after any chain of actions."""

from django.apps import apps

from zhagen.parties.models import Notice


def left_behind() -> list[str]:
    """Return what still waits although its object has left the stages in which somebody was to act."""
    return [
        f"{each.code} {each.while_in}, now {turn}"
        for each in Notice.objects.filter(settled_at__isnull=True).exclude(about="")
        if (turn := _turn(each)) not in each.while_in.split("|")
    ]


def _turn(notice: Notice) -> str:
    label, _, pk = notice.about.partition(":")
    obj = apps.get_model(label).objects.get(pk=pk)
    return obj.turn
