from django.urls import path

from .views import audit, board, closing, publishing, work

app_name = "desk"

urlpatterns = [
    path("my-work/", work.page, name="work"),
    path("rounds/<slug:code>/board/", board.page, name="board"),
    path("audit/", audit.of_portal, name="audit-portal"),
    path("rounds/<slug:code>/audit/", audit.of_round, name="audit"),
    path("rounds/<slug:code>/closing/", closing.page, name="closing"),
    path("rounds/<slug:code>/publishing/", publishing.page, name="publishing"),
    path("rounds/<slug:code>/publishing/prepare/", publishing.prepare, name="prepare"),
    path(
        "rounds/<slug:code>/publishing/in-advance/",
        publishing.sign_in_advance,
        name="sign-in-advance",
    ),
    path(
        "rounds/<slug:code>/publishing/in-advance/withdraw/",
        publishing.withdraw_mandate,
        name="withdraw-mandate",
    ),
    path("rounds/<slug:code>/publishing/scores/retry/", publishing.retry_run, name="retry-run"),
    path("rounds/<slug:code>/publishing/<int:number>/sign/", publishing.sign, name="sign"),
    path(
        "rounds/<slug:code>/publishing/<int:number>/publish/",
        publishing.publish,
        name="publish",
    ),
    path("rounds/<slug:code>/publishing/<int:number>/retry/", publishing.retry, name="retry"),
    path(
        "rounds/<slug:code>/publishing/<int:number>/preview/",
        publishing.preview,
        name="preview",
    ),
    path(
        "rounds/<slug:code>/publishing/<int:number>/preview/<path:path>",
        publishing.preview,
        name="preview-file",
    ),
]
