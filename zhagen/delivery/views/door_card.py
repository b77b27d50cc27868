"""The card for the door: a worker's face, name, number and hours, and where to say a need."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.delivery.actions import staffing as actions
from zhagen.delivery.models import Staffing
from zhagen.delivery.views.common import STEP, contract_crumbs, step_context
from zhagen.platform.files import read_stored
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.photos import take_photo
from zhagen.platform.qr import qr_svg
from zhagen.platform.scope import visible
from zhagen.procurement.actions.paper import evidence_root, keep_content


@page("staffing.door_card", Staffing)
def staffing_door_card(request: HttpRequest, obj: Staffing) -> HttpResponse:
    """Show the card for the door: who, when, for which community, where to say a need."""
    raise_url = request.build_absolute_uri(f"{reverse('need_raise')}?place={obj.place_id}")
    mine = visible(request.actor, "staffing.write_card", Staffing)  # type: ignore[attr-defined]
    context = {
        "staffing": obj,
        "phone": getattr(obj.user, "phone", ""),
        "qr": qr_svg(raise_url, title=_t("扫码说需求")),
        "may_write": mine.filter(pk=obj.pk).exists(),
        "crumbs": contract_crumbs(
            obj.contract,
            (_t("服务人员"), reverse("staffing_list", args=[obj.contract_id])),
            (_t("门牌卡"), ""),
        ),
    }
    return render(request, "delivery/staffing/door_card.html", context)


class CardForm(forms.Form):
    """What a card says beside the name."""

    hours = forms.CharField(
        label=_("什么时候在"),
        required=False,
        max_length=60,
        help_text=_("如：周一至周五 9:00–17:00，周三在东园社区服务站。"),
    )
    photo = forms.FileField(
        label=_("本人照片"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    without_photo = forms.BooleanField(label=_("撤下现在的照片"), required=False)


@page("staffing.write_card", Staffing, methods=("GET", "POST"))
def staffing_card_write(request: HttpRequest, obj: Staffing) -> HttpResponse:
    """Say when the worker is there, and add or take down his photo; both are optional."""
    back = reverse("staffing_door_card", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        photo = obj.photo_digest
        if data["without_photo"]:
            photo = ""
        elif data["photo"]:
            photo = keep_content(take_photo(data["photo"].read()).content)
        actions.write_card(obj, data["hours"], photo, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    hint = _("照片由本人决定放不放；保存的副本会去掉拍摄地点和设备信息。没有照片的，卡上留出贴照片的位置。")
    context = step_context(_("填写门牌卡"), back, lead=obj.name, hint=hint)
    return answer_form(request, CardForm, act, STEP, context, initial={"hours": obj.hours})


@page("staffing.door_card", Staffing)
def staffing_photo(request: HttpRequest, obj: Staffing) -> HttpResponse:
    """Serve the photo of a card."""
    if not obj.photo_digest:
        raise Http404
    content = read_stored(evidence_root(), obj.photo_digest)
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})
