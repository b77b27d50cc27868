"""Pages of activities: logged on a phone in a minute and a half; listed; withdrawn; photos; check-in opened."""

from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.core.roll_call import read_roll
from zhagen.delivery.actions import activity as actions
from zhagen.delivery.models import Activity, CaseFile, Staffing
from zhagen.delivery.views.common import (
    STEP,
    contract_crumbs,
    folded,
    may_on,
    own_first,
    post_label,
    posts_for,
    step_context,
)
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, LongTextField, MinutesField
from zhagen.platform.files import read_stored
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.photos import take_photo
from zhagen.platform.qr import qr_svg
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.procurement.actions.paper import evidence_root, keep_content
from zhagen.procurement.models import Contract, Need

CHECK_IN_SALT = "delivery.check_in"
SHOWN_NEEDS = 30
COLUMNS = (
    Column("held_on", "日期", "Day", "date"),
    Column("kind", "形式", "Kind"),
    Column("title", "内容", "What"),
    Column("worker", "社工", "Worker"),
    Column("place", "社区", "Community"),
    Column("minutes", "时长（分钟）", "Minutes", "int"),
    Column("headcount", "人数", "People", "int"),
    Column("withdrawn", "备注", "Remark"),
)


def _row(activity: Activity) -> dict[str, object]:
    return {
        "held_on": activity.held_on,
        "kind": activity.get_kind_display(),
        "title": activity.title,
        "worker": activity.worker.name,
        "place": activity.place.name,
        "minutes": activity.minutes,
        "headcount": activity.headcount,
        "withdrawn": _t("已撤回，不计入") if activity.is_withdrawn else "",
    }


@page("activity.list", Contract)
def activity_list(request: HttpRequest, obj: Contract) -> HttpResponse:
    """List what was logged under a contract."""
    rows = visible(request.actor, "activity.list", Activity).filter(contract=obj)
    moves = [Move(_("记一次服务"), reverse("activity_log"), "primary")] if _may_log(request, obj) else []
    return answer_list(
        request,
        Listing(
            title=("服务记录", "Service log"),
            columns=COLUMNS,
            rows=rows.select_related("worker", "place"),
            row_of=_row,
            url_of=lambda activity: reverse("activity_view", args=[activity.pk]),
            empty=_("还没有服务记录。社工在手机上点“记一次服务”，一分半钟就能记好。"),
        ),
        context={
            "moves": moves,
            "lead": obj.title,
            "crumbs": contract_crumbs(obj, (_t("服务记录"), "")),
        },
    )


def _may_log(request: HttpRequest, contract: Contract) -> bool:
    return posts_for(request.actor, "activity.log").filter(contract=contract).exists()


class LogForm(forms.Form):
    """One visit, group, activity or case contact; what is known already is filled in."""

    kind = ChipField(label=_("形式"), choices=Activity.Kind.choices)
    title = forms.CharField(
        label=_("做了什么"), max_length=100, help_text=_("一句话，如：陪李奶奶去医院、周四手工小组")
    )
    minutes = MinutesField(label=_("多长时间"))
    headcount = forms.IntegerField(label=_("多少人"), min_value=0, max_value=5000, required=False)
    held_on = DayField(label=_("哪天"))
    case = forms.ModelChoiceField(
        label=_("属于哪个个案"), queryset=CaseFile.objects.none(), required=False, empty_label=_("不属于个案")
    )
    needs = forms.MultipleChoiceField(
        label=_("回应了哪些需求"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = LongTextField(label=_("想补充的"), required=False, max_length=1000, rows=2)
    roll = LongTextField(
        label=_("粘贴群接龙"),
        required=False,
        max_length=5000,
        rows=3,
        help_text=_("自动数人数、认门牌；姓名和电话不保存。"),
    )
    worker = forms.ChoiceField(label=_("谁做的"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, posts: list[Staffing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.fields["worker"].choices = [(key, post_label(post)) for key, post in self.posts.items()]  # type: ignore[attr-defined]
        if len(posts) == 1:
            self.fields["worker"].widget = forms.HiddenInput()
        contracts = {post.contract_id for post in posts}
        self.fields["case"].queryset = CaseFile.objects.filter(  # type: ignore[attr-defined]
            contract__in=contracts, worker__in=posts, closed_on__isnull=True
        )
        self.fields["case"].label_from_instance = lambda case: case.code  # type: ignore[attr-defined]
        self.known_needs = {str(need.pk): need for need in _needs(contracts)}
        self.fields["needs"].choices = [(key, _need_label(n)) for key, n in self.known_needs.items()]  # type: ignore[attr-defined]
        for name, is_there in (
            ("needs", bool(self.known_needs)),
            ("case", self.fields["case"].queryset.exists()),
        ):  # type: ignore[attr-defined]
            if not is_there:
                del self.fields[name]

    def draft(self) -> actions.ActivityDraft:
        """Return what the worker logs, with heads and doors of the pasted list."""
        data = self.cleaned_data
        roll = read_roll(data["roll"])
        return actions.ActivityDraft(
            worker=self.posts[data["worker"]],
            kind=data["kind"],
            title=data["title"],
            held_on=data["held_on"],
            minutes=data["minutes"],
            headcount=data["headcount"] or roll.headcount,
            note=data["note"],
            needs=tuple(self.known_needs[key] for key in data.get("needs", ())),
            case=data.get("case"),
            doors=roll.doors,
        )

    def clean(self) -> dict[str, Any]:
        """Add the draft once every field is right."""
        data = super().clean() or {}
        if not self.errors:
            data["draft"] = self.draft()
        return data


def _needs(contracts: set[Any]) -> list[Need]:
    """Return the needs that the contracts were bought for."""
    wanted = Need.objects.filter(plans__contracts__in=contracts, state="in_service").distinct()
    return list(wanted.order_by("-raised_at")[:SHOWN_NEEDS])


def _need_label(need: Need) -> str:
    """Return a need by its public words; a private one by its code alone."""
    words = need.public_text or ("" if need.is_private else need.text)
    return f"{need.code} {words[:30]}".strip()


@page("activity.log", methods=("GET", "POST"))
def activity_log(request: HttpRequest) -> HttpResponse:
    """Log one service; own post, today and the last kind are filled in, `?like=` repeats an entry."""
    posts = own_first(list(posts_for(request.actor, "activity.log")), request.actor)
    if not posts:
        return render(request, "delivery/activity/no_post.html")

    def act(data: dict[str, Any]) -> HttpResponse:
        activity = actions.log_activity(data["draft"], by=request.actor, now=request.received_at)
        return redirect(f"{reverse('activity_view', args=[activity.pk])}?logged=1")

    recent = _recent(posts)
    context = {"recent": recent, "cancel_url": reverse("desk")}
    initial = _initial(request, posts, recent)
    return answer_form(
        request, LogForm, act, "delivery/activity/log.html", context, posts=posts, initial=initial
    )


def _recent(posts: list[Staffing]) -> list[Activity]:
    """Return the last entries of the first post, one a title, to be repeated."""
    rows = Activity.objects.filter(worker=posts[0], is_withdrawn=False)[:20]
    return list({row.title: row for row in reversed(rows)}.values())[::-1][:3]


def _initial(request: HttpRequest, posts: list[Staffing], recent: list[Activity]) -> dict[str, Any]:
    first = {"worker": str(posts[0].pk), "held_on": today(), "kind": Activity.Kind.VISIT, "minutes": 60}
    like = next((row for row in recent if str(row.pk) == request.GET.get("like")), None)
    if like is None:
        return first
    return first | {
        "kind": like.kind,
        "title": like.title,
        "minutes": like.minutes,
        "headcount": like.headcount,
        "case": like.case_id,
        "needs": [str(pk) for pk in like.needs.values_list("pk", flat=True)],
    }


@page("activity.view", Activity)
def activity_view(request: HttpRequest, obj: Activity) -> HttpResponse:
    """Show one entry; its note is for the agency, the counts for everybody who reads the contract."""
    is_inside = may_on(request.actor, "activity.withdraw", obj) or may_on(
        request.actor, "activity.add_photo", obj
    )
    ways = {way: obj.attendance.filter(way=way).count() for way in ("qr", "spoken", "paper")}
    return render(
        request,
        "delivery/activity/view.html",
        {
            "activity": obj,
            "is_inside": is_inside,
            "is_new": "logged" in request.GET,
            "confirmed": ways["qr"] + ways["spoken"],
            "on_paper": ways["paper"],
            "needs": [_need_label(need) for need in obj.needs.all()],
            "photos": obj.photos.select_related("same_as__activity"),
            "steps": folded(story(obj)),
            "moves": _moves(request, obj),
            "crumbs": contract_crumbs(
                obj.contract,
                (_t("服务记录"), reverse("activity_list", args=[obj.contract_id])),
                (obj.title, ""),
            ),
        },
    )


def _moves(request: HttpRequest, activity: Activity) -> list[Move]:
    if activity.is_withdrawn:
        return []
    moves = []
    if activity.held_on == today() and may_on(request.actor, "activity.open_check_in", activity):
        url = reverse("activity_check_in", args=[activity.pk])
        moves.append(Move(_("现场签到"), url, "primary", is_post=True))
    if may_on(request.actor, "activity.add_photo", activity):
        moves.append(Move(_("加照片"), reverse("activity_photo_add", args=[activity.pk])))
    if may_on(request.actor, "activity.withdraw", activity):
        moves.append(Move(_("撤回"), reverse("activity_withdraw", args=[activity.pk])))
    return moves


class WithdrawForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label=_("撤回理由"), max_length=200)


@page("activity.withdraw", Activity, methods=("GET", "POST"))
def activity_withdraw(request: HttpRequest, obj: Activity) -> HttpResponse:
    """Withdraw an entry with a reason."""
    back = reverse("activity_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.withdraw_activity(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect(back)

    hint = _("撤回后这条不再计数，但仍留在记录里。改错：撤回后重新记一条。")
    context = step_context(_("撤回记录"), back, lead=obj.title, hint=hint, submit_look="danger")
    return answer_form(request, WithdrawForm, act, STEP, context)


class PhotoForm(forms.Form):
    """An optional photo."""

    photo = forms.FileField(label=_("照片"), widget=forms.FileInput(attrs={"accept": "image/*"}))


@page("activity.add_photo", Activity, methods=("GET", "POST"))
def activity_photo_add(request: HttpRequest, obj: Activity) -> HttpResponse:
    """Add a photo; place and device are removed from the kept copy."""
    back = reverse("activity_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        photo = take_photo(data["photo"].read())
        kept = actions.KeptPhoto(
            photo.original_sha256, keep_content(photo.content), f"{photo.difference_hash:016x}"
        )
        actions.add_photo(obj, kept, by=request.actor, now=request.received_at)
        return redirect(back)

    hint = _("照片从不强制。保存的副本会去掉拍摄地点和设备信息；拍到人脸请先征得同意。")
    return answer_form(
        request, PhotoForm, act, STEP, step_context(_("加照片"), back, lead=obj.title, hint=hint)
    )


@page("activity.view", Activity)
def activity_photo(request: HttpRequest, obj: Activity, photo: Any) -> HttpResponse:
    """Serve a photo's kept copy to those who may see the entry."""
    row = obj.photos.filter(pk=photo).first()
    if row is None:
        raise Http404
    content = read_stored(evidence_root(), row.file_digest)
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


@page("activity.open_check_in", Activity, methods=("GET", "POST"))
def activity_check_in(request: HttpRequest, obj: Activity) -> HttpResponse:
    """Open the check-in of the day and show the code to scan and the digits to say."""
    if request.method == "POST":
        actions.open_check_in(obj, by=request.actor, now=request.received_at)
        return redirect("activity_check_in", pk=obj.pk)
    link = request.build_absolute_uri(reverse("here", args=[check_in_token(obj)]))
    return render(
        request,
        "delivery/activity/check_in.html",
        {
            "activity": obj,
            "is_open": obj.held_on == today() and bool(obj.spoken_code) and not obj.is_withdrawn,
            "link": link,
            "qr": qr_svg(link, title=_t("扫码签到")),
            "came": obj.attendance.exclude(way="paper").count(),
            "crumbs": contract_crumbs(
                obj.contract,
                (obj.title, reverse("activity_view", args=[obj.pk])),
                (_t("现场签到"), ""),
            ),
        },
    )


def check_in_token(activity: Activity) -> str:
    """Return the signed text of the link of a session's check-in."""
    return signing.dumps(str(activity.pk), salt=CHECK_IN_SALT)
