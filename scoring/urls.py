from django.urls import path

from .views import preview

app_name = "scoring"

SHEET = "sheets/<slug:round_code>/<slug:country>/<slug:strand>/<int:coding>/"

urlpatterns = [
    path(f"{SHEET}parts/<slug:code>/", preview.composite, name="composite"),
]
