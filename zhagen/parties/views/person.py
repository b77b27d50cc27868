"""People of the office or organisation: who holds which role, from when to when."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.appointments import MAY_INVITE, where_of
from zhagen.core.permissions import scopes
from zhagen.core.types import Role
from zhagen.parties.actions.appointment import end_appointment, open_work
from zhagen.parties.actions.invitation import Invited, invite_person
from zhagen.parties.models import Appointment, Invitation, Organisation, Place, User
from zhagen.parties.office import street_of
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("name", "姓名", "Name"),
    Column("role", "角色", "Role"),
    Column("where", "任职单位或地区", "Where"),
    Column("from_on", "起", "From", "date"),
    Column("until_on", "止", "Until", "date"),
)


def appointment_row(appointment: Appointment) -> dict[str, object]:
    """Return one appointment as a row of the list."""
    return {
        "name": appointment.user.name,
        "role": say(f"role.{appointment.role}"),
        "where": str(appointment.place or appointment.organisation),
        "from_on": appointment.from_on,
        "until_on": appointment.until_on,
    }


@page("person.list")
def person_list(request: HttpRequest) -> HttpResponse:
    """List the appointments that the reader looks after, and the invitations still open."""
    held = visible(request.actor, "person.list", Appointment).select_related("user", "place", "organisation")
    waiting = visible(request.actor, "invitation.view", Invitation).filter(
        accepted_at=None, withdrawn_at=None
    )
    listing = Listing(
        title=("人员", "People"),
        columns=COLUMNS,
        rows=held.order_by("user__name", "role", "pk"),
        row_of=appointment_row,
        url_of=lambda each: reverse("person_view", args=[each.user_id]),
        empty=_("还没有人员。请先发出邀请。"),
        may_export=False,
    )
    context = {
        "waiting": waiting.select_related("place", "organisation"),
        "empty_url": reverse("person_invite"),
    }
    return answer_list(request, listing, template="parties/person/list.html", context=context)


@page("person.view", User)
def person_view(request: HttpRequest, obj: User) -> HttpResponse:
    """Show one person with the roles that the reader looks after."""
    held = visible(request.actor, "person.list", Appointment).filter(user=obj)
    appointments = held.select_related("place", "organisation").order_by("-from_on", "role")
    may_reset = visible(request.actor, "access_reset.ask", User).filter(pk=obj.pk).exists()
    context = {"person": obj, "appointments": appointments, "on": today(), "may_reset": may_reset}
    return render(request, "parties/person/view.html", context)


class InviteForm(forms.Form):
    """Whom to invite to what."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"))
    place = forms.ModelChoiceField(
        label=_("街道或社区"),
        queryset=Place.objects.none(),
        required=False,
        help_text=_("街道和社区的角色在这里选；机构的角色留空。"),
    )
    organisation = forms.ModelChoiceField(
        label=_("机构"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("社工机构、评估机构的角色在这里选。机构不在表中，请先登记机构。"),
    )
    mail = forms.EmailField(label=_("工作邮箱"), required=False)
    until_on = DayField(label=_("任期最后一天"), required=False, help_text=_("没有期限就留空。"))

    def __init__(self, *args, actor, street: Place | None, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        grants = [grant for _, grant in scopes(actor, "person.invite")]
        roles = sorted({role for grant in grants for role in MAY_INVITE.get(grant.role, ())})
        self.fields["role"].choices = [(str(role), say(f"role.{role}")) for role in roles]
        mine = [grant.organisation for grant in grants if grant.organisation]
        organisations = Organisation.objects.all()
        self.fields["organisation"].queryset = organisations.filter(pk__in=mine) if mine else organisations
        if mine:
            del self.fields["place"]
            self.fields["organisation"].initial = mine[0]
        elif street is not None:
            self.fields["place"].queryset = Place.objects.filter(
                code__startswith=street.code[:9], is_active=True
            )

    def clean(self) -> dict:
        """Ask for the place or the organisation, whichever the role is held in."""
        data = super().clean() or {}
        if not data.get("role"):
            return data
        needed = "organisation" if where_of(Role(data["role"])) == "organisation" else "place"
        if not data.get(needed):
            self.add_error(needed if needed in self.fields else None, _("这个角色要选定任职的地方。"))
        elif needed == "place" and Place.Level(data["place"].level).name.lower() != where_of(
            Role(data["role"])
        ):
            self.add_error("place", _("街道的角色选街道，社区的角色选社区。"))
        return data


@page("person.invite", methods=("GET", "POST"))
def person_invite(request: HttpRequest) -> HttpResponse:
    """Invite a person; the next page shows the one-use link to print or send."""
    street = street_of(request.actor, "person.invite")

    def act(data: dict) -> HttpResponse:
        is_of_organisation = where_of(Role(data["role"])) == "organisation"
        invited = Invited(
            name=data["name"],
            role=Role(data["role"]),
            place=None if is_of_organisation else data["place"],
            organisation=data["organisation"] if is_of_organisation else None,
            invited_from=street,
            mail=data["mail"],
            until_on=data["until_on"],
        )
        invitation, token = invite_person(invited, by=request.actor, now=request.received_at)
        request.session[f"invitation:{invitation.pk}"] = token
        return redirect("invitation_view", pk=invitation.pk)

    return answer_form(
        request, InviteForm, act, "parties/person/invite.html", actor=request.actor, street=street
    )


class EndForm(forms.Form):
    """The last day of a role."""

    until_on = DayField(label=_("最后一天"))
    is_handed_over = forms.BooleanField(label=_("上面列出的未办事项已有人接手"), required=False)


@page("appointment.end", Appointment, methods=("GET", "POST"))
def appointment_end(request: HttpRequest, obj: Appointment) -> HttpResponse:
    """End a role; what is still open is named."""

    def act(data: dict) -> HttpResponse:
        end_appointment(
            obj,
            data["until_on"],
            is_handed_over=data["is_handed_over"],
            by=request.actor,
            now=request.received_at,
        )
        return redirect("person_view", pk=obj.user_id)

    context = {"appointment": obj, "items": open_work(obj, today())}
    return answer_form(
        request, EndForm, act, "parties/person/end.html", context, initial={"until_on": today()}
    )
