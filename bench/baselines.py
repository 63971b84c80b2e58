"""Views that do the least: what the cases are measured against. No part of the portal."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ANSWER = """
INSERT INTO questionnaire_answer (
    created_at, updated_at, assessment_id, indicator_id, reference_date, version, kind,
    option_id, rationale, note, change_reason, answered_by_id)
VALUES (now(), now(), %s, %s, '2019-12-31', 1, 'chosen', %s, %s, '', '', %s)
RETURNING id
"""
HISTORY = """
INSERT INTO questionnaire_historicalanswer (
    id, created_at, updated_at, assessment_id, indicator_id, reference_date, version, kind,
    option_id, rationale, note, change_reason, answered_by_id, history_date, history_type,
    history_user_id)
VALUES (%s, now(), now(), %s, %s, '2019-12-31', 1, 'chosen', %s, %s, '', '', %s, now(), '+', %s)
"""


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing: the way through server and middleware alone."""
    return HttpResponse()


def who(request: HttpRequest) -> HttpResponse:
    """Answer with the name of whoever is signed in: session and person are read."""
    return HttpResponse(request.user.name)


def two_rows(request: HttpRequest) -> HttpResponse:
    """Write an answer and its history for whoever is signed in, unchecked, and lead away."""
    fields = ("assessment", "indicator", "option", "rationale")
    values = [request.POST[name] for name in fields]
    person = request.user.pk
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ANSWER, [*values, person])
        (answer,) = cursor.fetchone()
        cursor.execute(HISTORY, [answer, *values, person, person])
    return redirect("/")
