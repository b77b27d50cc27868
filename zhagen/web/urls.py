"""All addresses of the product. Each app adds its own file."""

from django.urls import include, path

from zhagen.web.views import desk, public

urlpatterns = [
    path("", public.front, name="front"),
    path("desk/", desk.desk, name="desk"),
    path("language/", public.language_choose, name="language_choose"),
    path("look/", public.look_choose, name="look_choose"),
    path("accounts/", include("allauth.urls")),
    path("", include("zhagen.parties.urls")),
    path("", include("zhagen.procurement.urls")),
    path("", include("zhagen.delivery.urls")),
    path("", include("zhagen.community.urls")),
    path("", include("zhagen.integrity.urls")),
]
