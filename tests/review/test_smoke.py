from tests import world as worlds
from review.models import *
from review import selectors
from mipex_site.audit.services import entries

def test_x(reviewed):
    w = reviewed
    print(selectors.blockers(w.round))
    worlds.return_objections(w, "PT", "aa1")
    s = w.sheet("PT","a"); worlds.answer_the_requests(w, s); worlds.submit(w, w.sheet("PT","a"))
    worlds.split(w,"EE","aa2")
    for u in ("PT_reviewer_1","adjudicator","coordinator","stranger"):
        selectors.case_page(w.case("PT","a"), w[u]); selectors.workbench(w[u])
    print(selectors.case_page(w.case("PT","a"), w["PT_reviewer_1"]))
    print(selectors.dispute_page(w.dispute("EE","aa2"), w["adjudicator"]))
    print(selectors.expert_view(w.sheet("PT","a"), w["PT_a_1"]))
    print(selectors.workbench(w["EE_reviewer_1"]))
    print(selectors.workbench(w["adjudicator"]))
    print(selectors.blockers(w.round))
    worlds.approve_all(w); worlds.rule_all(w)
    print(selectors.case_states(w.round))
    worlds.close(w)
    assert entries.walk(w.round.stream).broken_at is None
    assert 0
