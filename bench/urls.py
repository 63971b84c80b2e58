"""The portal's site map with the baselines beside it."""

from django.urls import include, path

from bench import baselines, board_rows

urlpatterns = [
    path("bench/empty/", baselines.empty),
    path("bench/who/", baselines.who),
    path("bench/two-rows/", baselines.two_rows, name="bench-two-rows"),
    path("bench/all-rows/", baselines.all_rows, name="bench-all-rows"),
    path("bench/one-draft/", baselines.one_draft, name="bench-one-draft"),
    path("bench/board-rows/<int:key>/", board_rows.rows, name="bench-board-rows"),
    path("", include("mipex_site.urls")),
]
