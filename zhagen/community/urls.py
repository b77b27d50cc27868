"""Addresses of community."""

from django.urls import path

from zhagen.community.views import meeting

urlpatterns = [
    path("meetings/", meeting.meeting_list, name="meeting_list"),
    path("meetings/record/", meeting.meeting_record, name="meeting_record"),
    path("meetings/<uuid:pk>/", meeting.meeting_view, name="meeting_view"),
    path("meetings/<uuid:pk>/part/", meeting.meeting_part, name="meeting_part"),
]
