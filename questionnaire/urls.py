from django.urls import path

from .views import answers, sheet, sources

app_name = "questionnaire"

SHEET = "sheets/<slug:round_code>/<slug:country>/<slug:strand>/<int:coding>/"

urlpatterns = [
    path(SHEET, sheet.index, name="sheet"),
    path(f"{SHEET}check/", sheet.check, name="check"),
    path(f"{SHEET}sources/", sources.index, name="sources"),
    path(f"{SHEET}sources/add/", sources.add, name="source-add"),
    path(f"{SHEET}sources/<uuid:key>/", sources.edit, name="source-edit"),
    path(f"{SHEET}<slug:indicator>/", answers.answer, name="answer"),
    path(f"{SHEET}<slug:indicator>/maintain/", answers.maintain, name="maintain"),
]
