"""The rows that a board is made of, read once each and printed plain. No part of the portal.

No rights, no words in anybody's language, nobody who moves next, no age, no filter.
"""

from django.db import connection
from django.http import HttpRequest, HttpResponse

SHEETS = """
    SELECT country.code, country.name, strand.title, sheet.state, sheet.submitted_at,
           (SELECT COUNT(*) FROM questionnaire_answer answer
             WHERE answer.assessment_id = sheet.id),
           (SELECT COUNT(*) FROM questionnaire_indicator indicator
             WHERE indicator.strand_id = sheet.strand_id)
      FROM questionnaire_assessment sheet
      JOIN questionnaire_country country ON country.id = sheet.country_id
      JOIN questionnaire_aggregate strand ON strand.id = sheet.strand_id
     WHERE sheet.round_id = %s
     ORDER BY country.name, strand."order", sheet.coding
"""
ITEMS = """
    SELECT item.id, item.state, item.version, item.updated_at, place.country_id, place.strand_id
      FROM review_caseitem item JOIN review_case place ON place.id = item.case_id
     WHERE place.round_id = %s
"""
OPINIONS = """
    SELECT opinion.item_id, opinion.reviewer_id, opinion.kind
      FROM review_opinion opinion
      JOIN review_caseitem item ON item.id = opinion.item_id
      JOIN review_case place ON place.id = item.case_id
     WHERE place.round_id = %s AND opinion.version = item.version
"""
WISHES = (
    "SELECT country_id, strand_id, updated_at FROM questionnaire_extension WHERE round_id = %s"
)


def rows(request: HttpRequest, key: int) -> HttpResponse:
    """Read all rows of a round's board and print those of its sheets."""
    with connection.cursor() as cursor:
        for statement in (ITEMS, OPINIONS, WISHES):
            cursor.execute(statement, [key])
            cursor.fetchall()
        cursor.execute(SHEETS, [key])
        lines = ("".join(f"<td>{value}</td>" for value in line) for line in cursor.fetchall())
        return HttpResponse("".join(f"<tr>{line}</tr>" for line in lines))
