"""Public addresses: the front door, the list of editions, and the files of each."""

from __future__ import annotations

from django.urls import path

from .views import corrections, embargo, home, pages

app_name = "editions"

urlpatterns = [
    path("", home.home, name="home"),
    path("editions/", home.edition_list, name="edition-list"),
    path("editions/<str:name>/", home.edition_show, name="edition-show"),
    path("embargo/<str:token>/", embargo.front, name="embargo"),
    path("embargo/<str:token>/<path:path>", embargo.page, name="embargo-page"),
    path("editions/<str:name>/corrections/", corrections.listing, name="corrections"),
    path("editions/<str:name>/correction/", corrections.file, name="correction"),
    path("editions/<str:name>/correction/kept/", corrections.kept, name="correction-kept"),
    path("e/<str:name>/", pages.page, name="edition"),
    path("e/<str:name>/<path:path>", pages.page, name="page"),
]
