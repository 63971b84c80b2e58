"""Public addresses: the front door, the list of editions, and the files of each."""

from __future__ import annotations

from django.urls import path

from .views import home, pages

app_name = "editions"

urlpatterns = [
    path("", home.home, name="home"),
    path("editions/", home.edition_list, name="edition-list"),
    path("editions/<str:name>/", home.edition_show, name="edition-show"),
    path("e/<str:name>/", pages.page, name="edition"),
    path("e/<str:name>/<path:path>", pages.page, name="page"),
]
