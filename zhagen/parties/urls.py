"""Addresses of parties."""

from django.urls import path

from zhagen.parties.views import notice

urlpatterns = [
    path("notices/", notice.notice_list, name="notice_list"),
    path("notices/read/", notice.notice_open_all, name="notice_open_all"),
    path("notices/paper/", notice.notice_paper_list, name="notice_paper_list"),
    path("notices/<uuid:pk>/open/", notice.notice_open, name="notice_open"),
    path("notices/<uuid:pk>/slip/", notice.notice_slip, name="notice_slip"),
    path("notices/<uuid:pk>/handed-over/", notice.notice_hand_over, name="notice_hand_over"),
]
