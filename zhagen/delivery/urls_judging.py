"""Addresses of judging: evaluation, portrait, self-evaluation, annual review."""

from django.urls import path

from zhagen.delivery.views import annual_review, evaluation

urlpatterns = [
    path("evaluations/<uuid:pk>/", evaluation.evaluation_view, name="evaluation_view"),
    path("annual-reviews/<uuid:pk>/", annual_review.annual_review_view, name="annual_review_view"),
]
