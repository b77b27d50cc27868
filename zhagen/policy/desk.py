"""What the policy lab puts on the desks and into the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.rule_draft import RuleDraftState
from zhagen.core.types import Role
from zhagen.platform.desk import DeskItem, Reader, desk_item, menu_place
from zhagen.platform.scope import visible
from zhagen.policy.models import RuleDraft

menu_place(_("政策预演"), "lab_run_list", "lab_run.list", is_daily=False)


@desk_item(Role.CHIEF, Role.LEADER)
def drafts_to_decide(reader: Reader) -> Iterable[DeskItem]:
    """Drafts of rules whose decision is to be recorded; not by who drew them up."""
    waiting = visible(reader.actor, "rule_draft.adopt", RuleDraft).filter(state=RuleDraftState.DRAFT)
    for draft in waiting.exclude(drafted_by=reader.actor.key).order_by("from_on")[:5]:
        url = reverse("rule_draft_view", args=[draft.pk])
        yield DeskItem(_("记录规则草案的集体决定"), url, draft.from_on, detail=draft.number)
