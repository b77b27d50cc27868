"""Addresses of community."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
