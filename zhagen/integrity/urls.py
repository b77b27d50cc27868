"""Addresses of integrity."""

from django.urls import path

from zhagen.integrity.views import log

urlpatterns = [
    path("log/", log.log_show, name="log_show"),
    path("log/root/", log.log_root, name="log_root"),
    path("log/receipt/<slug:code>/", log.log_receipt, name="log_receipt"),
    path("log/export/", log.log_export, name="log_export"),
]
