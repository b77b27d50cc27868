"""Addresses of integrity."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
