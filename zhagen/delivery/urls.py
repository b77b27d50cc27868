"""Addresses of delivery."""

from django.urls import include, path

from zhagen.delivery.views import acceptance, running

urlpatterns = [
    path("running-contracts/", running.running_import, name="running_import"),
    path("running-contracts/template/", running.running_template, name="running_template"),
    path("acceptances/", acceptance.acceptance_list, name="acceptance_list"),
    path("instalments/<uuid:pk>/acceptance/", acceptance.acceptance_request, name="acceptance_request"),
    path("acceptances/<uuid:pk>/", acceptance.acceptance_view, name="acceptance_view"),
    path("acceptances/<uuid:pk>/hear/", acceptance.acceptance_hear, name="acceptance_hear"),
    path("acceptances/<uuid:pk>/accept/", acceptance.acceptance_accept, name="acceptance_accept"),
    path("acceptances/<uuid:pk>/correct/", acceptance.acceptance_correct, name="acceptance_correct"),
    path("acceptances/<uuid:pk>/refuse/", acceptance.acceptance_refuse, name="acceptance_refuse"),
    path("acceptances/<uuid:pk>/resubmit/", acceptance.acceptance_resubmit, name="acceptance_resubmit"),
    path("", include("zhagen.delivery.urls_judging")),
]
