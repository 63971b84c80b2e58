"""Views that do the least: what the cases are measured against. No part of the portal."""

import json
from hashlib import sha256
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

STREAM = "bench"
"""A chain of its own with one head, as the portal has one for a round."""
ANSWER = """
INSERT INTO questionnaire_answer (
    created_at, updated_at, assessment_id, indicator_id, reference_date, version, kind,
    option_id, rationale, note, change_reason, answered_by_id)
VALUES (now(), now(), %(assessment)s, %(indicator)s, %(day)s, 1, 'chosen', %(option)s,
    %(rationale)s, '', '', %(person)s)
RETURNING id
"""
HISTORY = """
INSERT INTO questionnaire_historicalanswer (
    id, created_at, updated_at, assessment_id, indicator_id, reference_date, version, kind,
    option_id, rationale, note, change_reason, answered_by_id, history_date, history_type,
    history_user_id)
VALUES (%(answer)s, now(), now(), %(assessment)s, %(indicator)s, %(day)s, 1, 'chosen',
    %(option)s, %(rationale)s, '', '', %(person)s, now(), '+', %(person)s)
"""
CITATION = """
INSERT INTO questionnaire_citation (answer_id, version, source_id)
VALUES (%(answer)s, 1, %(source)s)
"""
NO_DRAFT = """
DELETE FROM questionnaire_draft
WHERE assessment_id = %(assessment)s AND indicator_id = %(indicator)s
    AND reference_date = %(day)s
"""
HEAD = "SELECT id, length, head FROM audit_chain WHERE stream = %(stream)s FOR UPDATE"
ENTRY = """
INSERT INTO audit_auditentry (
    stream, number, at, actor, role, channel, act, subject, new, reason, request,
    previous_hash, hash)
VALUES (%(stream)s, %(number)s, now(), %(person)s, 'expert', 'web', 'answer.record',
    %(subject)s, %(new)s, '', %(request)s, %(head)s, %(hash)s)
"""
NEW_HEAD = "UPDATE audit_chain SET length = %(number)s, head = %(hash)s WHERE id = %(chain)s"
KEEP = """
UPDATE questionnaire_draft
SET content = %(content)s, author_id = %(person)s, idempotency_key = %(key)s, based_on = 0,
    version = version + 1, updated_at = now()
WHERE assessment_id = %(assessment)s AND indicator_id = %(indicator)s
    AND reference_date = '2019-12-31' AND version = %(draft)s
"""
BEGIN = """
INSERT INTO questionnaire_draft (
    created_at, updated_at, assessment_id, indicator_id, reference_date, version, based_on,
    content, idempotency_key, tried, author_id)
VALUES (now(), now(), %(assessment)s, %(indicator)s, '2019-12-31', 1, 0, %(content)s, %(key)s,
    0, %(person)s)
"""
TYPED = ("assessment", "indicator", "day", "option", "rationale", "source", "subject")


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing: the way through server and middleware alone."""
    return HttpResponse()


def who(request: HttpRequest) -> HttpResponse:
    """Answer with the name of whoever is signed in: session and person are read."""
    return HttpResponse(request.user.name)


def two_rows(request: HttpRequest) -> HttpResponse:
    """Write an answer and its history for whoever is signed in, unchecked, and lead away."""
    values = _typed(request)
    with transaction.atomic(), connection.cursor() as cursor:
        _write_answer(cursor, values)
    return redirect("/")


def all_rows(request: HttpRequest) -> HttpResponse:
    """Write every row that a recorded answer writes, unchecked, and lead away.

    The audit's head is locked, for its entry has the next number and the hash of the one before.
    """
    values = _typed(request)
    said = {name: values[name] for name in ("day", "option", "rationale", "source")}
    with transaction.atomic(), connection.cursor() as cursor:
        _write_answer(cursor, values)
        cursor.execute(CITATION, values)
        cursor.execute(NO_DRAFT, values)
        cursor.execute(HEAD, values)
        values["chain"], length, values["head"] = cursor.fetchone()
        values["number"], values["new"] = length + 1, json.dumps(said)
        values["hash"] = sha256(f"{values['head']}{values['new']}".encode()).hexdigest()
        cursor.execute(ENTRY, values)
        cursor.execute(NEW_HEAD, values)
    return redirect("/")


def one_draft(request: HttpRequest) -> JsonResponse:
    """Write the one row of a draft for whoever is signed in, unchecked, from JSON to JSON."""
    sent = json.loads(request.body)
    values = sent | {"content": json.dumps(sent["fields"]), "person": request.user.pk}
    values.pop("fields")
    with connection.cursor() as cursor:
        cursor.execute(KEEP if sent["draft"] else BEGIN, values)
    return JsonResponse({"state": "kept", "draft": sent["draft"] + 1})


def _typed(request: HttpRequest) -> dict[str, object]:
    typed = {name: request.POST[name] for name in TYPED}
    return typed | {"person": request.user.pk, "request": uuid4().hex, "stream": STREAM}


def _write_answer(cursor: CursorWrapper, values: dict[str, object]) -> None:
    cursor.execute(ANSWER, values)
    (values["answer"],) = cursor.fetchone()
    cursor.execute(HISTORY, values)
