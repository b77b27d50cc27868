"""Addresses of parties."""

from django.urls import path

from zhagen.parties.views import access_reset, account, invitation, notice, office, person, tie

urlpatterns = [
    path("notices/", notice.notice_list, name="notice_list"),
    path("notices/read/", notice.notice_open_all, name="notice_open_all"),
    path("notices/paper/", notice.notice_paper_list, name="notice_paper_list"),
    path("notices/<uuid:pk>/open/", notice.notice_open, name="notice_open"),
    path("notices/<uuid:pk>/slip/", notice.notice_slip, name="notice_slip"),
    path("notices/<uuid:pk>/handed-over/", notice.notice_hand_over, name="notice_hand_over"),
    path("setup/", office.office_set_up, name="office_set_up"),
    path("office/", office.office_view, name="office_view"),
    path("office/communities/", office.place_activate, name="place_activate"),
    path("office/communities/new/", office.place_add, name="place_add"),
    path("people/", person.person_list, name="person_list"),
    path("people/invite/", person.person_invite, name="person_invite"),
    path("people/<uuid:pk>/", person.person_view, name="person_view"),
    path("people/<uuid:pk>/reset/", access_reset.access_reset_ask, name="access_reset_ask"),
    path("appointments/<uuid:pk>/end/", person.appointment_end, name="appointment_end"),
    path("invitations/<uuid:pk>/", invitation.invitation_view, name="invitation_view"),
    path("invitations/<uuid:pk>/renew/", invitation.invitation_renew, name="invitation_renew"),
    path("invitations/<uuid:pk>/withdraw/", invitation.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:token>/", invitation.invitation_accept, name="invitation_accept"),
    path("resets/", access_reset.access_reset_list, name="access_reset_list"),
    path("resets/<uuid:pk>/", access_reset.access_reset_confirm, name="access_reset_confirm"),
    path("reset/<str:token>/", access_reset.access_reset_use, name="access_reset_use"),
    path("me/", account.my_account, name="my_account"),
    path("me/ties/", tie.tie_list, name="tie_list"),
    path("me/ties/new/", tie.tie_declare, name="tie_declare"),
    path("me/ties/<uuid:pk>/end/", tie.tie_end, name="tie_end"),
]
