"""Addresses of procurement."""

from django.urls import path

from zhagen.procurement.views import need

urlpatterns = [
    path("needs/new/", need.need_raise, name="need_raise"),
    path("needs/", need.need_list, name="need_list"),
    path("needs/<uuid:pk>/", need.need_view, name="need_view"),
    path("needs/<uuid:pk>/transfer/", need.need_transfer, name="need_transfer"),
]
