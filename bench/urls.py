"""The portal's site map with the baselines beside it."""

from django.urls import include, path

from bench import baselines

urlpatterns = [
    path("bench/empty/", baselines.empty),
    path("bench/who/", baselines.who),
    path("bench/two-rows/", baselines.two_rows, name="bench-two-rows"),
    path("", include("mipex_site.urls")),
]
