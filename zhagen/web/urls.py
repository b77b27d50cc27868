"""All addresses of the product. Each app adds its own file."""

from django.urls import include, path

from zhagen.web.views import desk, portal, public, sheet, tour

urlpatterns = [
    path("", public.front, name="front"),
    path("desk/", desk.desk, name="desk"),
    path("language/", public.language_choose, name="language_choose"),
    path("look/", public.look_choose, name="look_choose"),
    path("public/contracts/", portal.contract_public_list, name="contract_public_list"),
    path("public/contracts/<uuid:pk>/", portal.contract_public_view, name="contract_public_view"),
    path("sheets/", sheet.sheet_list, name="sheet_list"),
    path("sheets/<str:pk>/", sheet.sheet_view, name="sheet_view"),
    path("sheets/<str:pk>/print/", sheet.sheet_print, name="sheet_print"),
    path("demo/", tour.demo_tour, name="demo_tour"),
    path("privacy/", portal.privacy, name="privacy"),
    path("accessibility/", portal.accessibility, name="accessibility"),
    path("accounts/", include("allauth.urls")),
    path("", include("zhagen.parties.urls")),
    path("", include("zhagen.procurement.urls")),
    path("", include("zhagen.delivery.urls")),
    path("", include("zhagen.community.urls")),
    path("", include("zhagen.integrity.urls")),
    path("", include("zhagen.policy.urls")),
]
