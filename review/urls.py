from django.urls import path

from .api import drafts as doors
from .views import (
    bulk,
    by_indicator,
    cases,
    certificate,
    coding,
    consents,
    consistency,
    disputes,
    interests,
    last_word,
    naming,
    outcomes,
    queue,
    reopening,
    returning,
    threads,
)

app_name = "review"

CASE = "reviews/<slug:round_code>/<slug:country>/<slug:strand>/"
TALK = f"{CASE}conversations/<int:number>/"
INTERESTS = "interests/<slug:round_code>/<slug:country>/"
CODINGS = "codings/<slug:round_code>/<slug:country>/<slug:strand>/"
DISPUTE = "disputes/<slug:round_code>/<slug:country>/<slug:strand>/<slug:indicator>/"

urlpatterns = [
    # Before the case: no country has such a code.
    path("reviews/<slug:round_code>/by-indicator/", by_indicator.index, name="by-indicator"),
    path(
        "reviews/<slug:round_code>/by-indicator/<slug:indicator>/",
        by_indicator.question,
        name="by-indicator-question",
    ),
    path(
        "reviews/<slug:round_code>/certificate/",
        certificate.certificate,
        name="certificate",
    ),
    path(
        "reviews/<slug:round_code>/certificate/pdf/",
        certificate.certificate_pdf,
        name="certificate-pdf",
    ),
    path("consistency/<slug:round_code>/", consistency.index, name="consistency"),
    path(
        "consistency/<slug:round_code>/<slug:indicator>/",
        consistency.question,
        name="consistency-question",
    ),
    path("reviews/<slug:round_code>/late-changes/", reopening.changes, name="late-changes"),
    path(f"{CASE}bulk/", bulk.bulk, name="bulk"),
    path(CASE, cases.case, name="case"),
    path("reviews/pulse/", doors.pulse, name="pulse"),
    path(f"{CASE}drafts/<slug:kind>/<path:place>/", doors.draft, name="draft"),
    path(f"{CASE}return/", returning.return_to_expert, name="return"),
    path(f"{CASE}outcome/", outcomes.outcome, name="outcome"),
    path(f"{CASE}conversations/new/", threads.begin, name="begin-conversation"),
    path(TALK, threads.conversation, name="conversation"),
    path(f"{TALK}close/", threads.close, name="close-conversation"),
    path(f"{TALK}messages/<int:place>/remove/", threads.remove, name="remove-message"),
    path(f"{CASE}reopen/", reopening.reopening, name="reopening"),
    path(f"{CASE}reopen/decide/", reopening.decide, name="reopening-decide"),
    path(f"{CASE}reopen/withdraw/", reopening.withdraw, name="reopening-withdraw"),
    path(f"{CASE}last-word/", last_word.last_word, name="last-word"),
    path(f"{CASE}last-word/<slug:indicator>/", last_word.comment, name="last-word-comment"),
    path(f"{CASE}<slug:indicator>/", cases.item, name="item"),
    path(f"{CASE}<slug:indicator>/consent/", consents.give, name="consent"),
    path(CODINGS, coding.listing, name="codings"),
    path(f"{CODINGS}<slug:indicator>/", coding.question, name="coding"),
    path("disputes/", queue.queue, name="queue"),
    path("my-names/", naming.page, name="own-names"),
    path(DISPUTE, disputes.dispute, name="dispute"),
    path(f"{DISPUTE}look/", disputes.look, name="look"),
    path(f"{DISPUTE}draft/", disputes.draft, name="ruling-draft"),
    path("interests/<slug:round_code>/", interests.learned, name="names-learned"),
    path(INTERESTS, interests.declare, name="interests"),
    path(f"{INTERESTS}decide/", interests.decide, name="interests-decide"),
    path(f"{INTERESTS}names/", interests.names, name="names"),
]
