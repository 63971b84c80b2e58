"""May this person see, judge, return, rule, consent, talk, reopen or close? One module a subject.

Four eyes are kept on persons, superusers included. A rule asks about the person; where a thing
stands is asked by the workflow.
"""

from .coding import (
    may_be_coded,
    may_code,
    may_code_in,
    may_count_codings,
    may_read_reliability,
)
from .interests import (
    JUDGES,
    LOOKERS,
    countries_lost_by,
    countries_unblinded_for,
    may_decide,
    may_declare,
    may_look_at,
    may_see_unblindings,
    may_unblind,
    must_declare,
    standing_ties,
)
from .judging import (
    may_adjudicate,
    may_close,
    may_consent,
    may_return,
    may_review,
    may_rule,
    may_see_case,
    writers,
)
from .last_word import may_be_named, may_have_last_word, may_say_naming
from .looking import may_look_again
from .reopening import (
    may_ask_reopening,
    may_decide_reopening,
    may_read_late_changes,
    may_refuse_reopening,
    may_second_reopening,
    may_withdraw_reopening,
)
from .threads import (
    may_close_thread,
    may_open_thread,
    may_post,
    may_read_thread,
    may_redact,
    standing_in,
)

__all__ = (
    "JUDGES",
    "LOOKERS",
    "countries_lost_by",
    "countries_unblinded_for",
    "may_adjudicate",
    "may_ask_reopening",
    "may_be_coded",
    "may_be_named",
    "may_close",
    "may_close_thread",
    "may_code",
    "may_code_in",
    "may_consent",
    "may_count_codings",
    "may_decide",
    "may_decide_reopening",
    "may_declare",
    "may_have_last_word",
    "may_look_again",
    "may_look_at",
    "may_open_thread",
    "may_post",
    "may_read_late_changes",
    "may_read_reliability",
    "may_read_thread",
    "may_redact",
    "may_refuse_reopening",
    "may_return",
    "may_review",
    "may_rule",
    "may_say_naming",
    "may_second_reopening",
    "may_see_case",
    "may_see_unblindings",
    "may_unblind",
    "may_withdraw_reopening",
    "must_declare",
    "standing_in",
    "standing_ties",
    "writers",
)
