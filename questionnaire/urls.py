from django.urls import path

from .api import sheet as doors
from .api import sources as source_doors
from .views import (
    affiliations,
    answers,
    back_casts,
    delegates,
    extensions,
    files,
    invitation,
    offline,
    people_workbook,
    printing,
    sheet,
    sources,
    upcoming,
    workbook,
)

app_name = "questionnaire"

SHEET = "sheets/<slug:round_code>/<slug:country>/<slug:strand>/<int:coding>/"
# It stands before the sheets: it looks like one of a strand named workbook.
WORKBOOK = "sheets/<slug:round_code>/<slug:country>/workbook/<int:coding>/"

urlpatterns = [
    path("sheets/worker.js", offline.worker, name="worker"),
    path("sheets/away/", offline.away, name="away"),
    path(WORKBOOK, workbook.index, name="workbook"),
    path(f"{WORKBOOK}<uuid:key>/", workbook.upload, name="workbook-upload"),
    path(SHEET, sheet.index, name="sheet"),
    path(
        "rounds/<slug:code>/questionnaire.pdf", printing.round_pdf, name="round-questionnaire"
    ),
    path("invitation/<str:token>/", invitation.answer, name="invitation"),
    path("my-organisations/", affiliations.page, name="affiliations"),
    path("rounds/<slug:code>/people/table/", people_workbook.page, name="people-workbook"),
    path(f"{SHEET}check/", sheet.check, name="check"),
    path(f"{SHEET}print/", printing.sheet, name="print"),
    path(f"{SHEET}questionnaire.pdf", printing.sheet_pdf, name="sheet-questionnaire"),
    path(f"{SHEET}offline/", offline.sheet, name="offline"),
    path(f"{SHEET}pulse/", doors.pulse, name="pulse"),
    path(f"{SHEET}delegates/", delegates.delegates, name="delegates"),
    path(f"{SHEET}extension/", extensions.asking, name="extension"),
    path(f"{SHEET}sources/", sources.index, name="sources"),
    path(f"{SHEET}sources/add/", sources.add, name="source-add"),
    path(f"{SHEET}sources/new/", source_doors.add, name="source-new"),
    path(f"{SHEET}sources/<uuid:key>/", sources.edit, name="source-edit"),
    path(f"{SHEET}sources/<uuid:key>/recheck/", sources.recheck, name="source-recheck"),
    path(f"{SHEET}sources/<uuid:key>/upcoming/", upcoming.move, name="upcoming-move"),
    path(f"{SHEET}sources/<uuid:key>/files/", files.attach, name="file-attach"),
    path(
        f"{SHEET}sources/<uuid:key>/files/<uuid:file>/remove/", files.remove, name="file-remove"
    ),
    path(f"{SHEET}upcoming/", upcoming.index, name="upcoming"),
    path(f"{SHEET}upcoming/<int:pk>/", upcoming.edit, name="upcoming-edit"),
    path(f"{SHEET}upcoming/<int:pk>/remove/", upcoming.remove, name="upcoming-remove"),
    path("files/<uuid:key>/", files.read, name="file"),
    path(f"{SHEET}<slug:indicator>/", answers.answer, name="answer"),
    path(f"{SHEET}<slug:indicator>/draft/", doors.draft, name="draft"),
    path(f"{SHEET}<slug:indicator>/maintain/", answers.maintain, name="maintain"),
    path(f"{SHEET}<slug:indicator>/time-line/", back_casts.line, name="time-line"),
    path(f"{SHEET}<slug:indicator>/on/<str:day>/", back_casts.day, name="on-day"),
]
