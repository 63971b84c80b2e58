"""Who reads and writes in which conversation of the small world, and two ways to talk in it."""

from review.enums import Audience, Side, ThreadKind
from review.services import threads

WITH_EXPERT, AMONG_REVIEWERS, CONSORTIUM = Audience
SIDES = {
    "EE_a_1": Side.EXPERT,
    "EE_reviewer_1": Side.REVIEWERS,
    "adjudicator": Side.ADJUDICATORS,
    "coordinator": Side.COORDINATOR,
}
READ = {
    WITH_EXPERT: {"EE_a_1", "EE_reviewer_1", "adjudicator", "coordinator", "head", "observer"},
    AMONG_REVIEWERS: {"EE_reviewer_1", "adjudicator", "coordinator", "head", "observer"},
    CONSORTIUM: {"adjudicator", "coordinator", "head", "observer"},
}
WRITE = {
    WITH_EXPERT: {"EE_a_1", "EE_reviewer_1", "adjudicator"},
    AMONG_REVIEWERS: {"EE_reviewer_1", "adjudicator"},
    CONSORTIUM: {"adjudicator", "coordinator", "head"},
}
PEOPLE = (
    *SIDES,
    "head",
    "observer",
    "publisher_1",
    "stranger",
    "EE_b_1",
    "EE_b_delegate",
    "PT_a_1",
    "PT_reviewer_1",
)


def begin(world, by, audience=WITH_EXPERT, *, item=None, **content):
    """Begin a conversation in Estonia's strand a as one of the people."""
    case = world.case("EE", "a")
    turn = {WITH_EXPERT: Side.EXPERT, AMONG_REVIEWERS: Side.REVIEWERS}
    return threads.open_thread(
        case=case,
        item=world.item("EE", item) if item else None,
        audience=audience,
        by=world[by],
        **{
            "kind": ThreadKind.QUESTION,
            "is_blocking": False,
            "text": "Which section is it?",
            "turn": turn.get(audience, Side.ADJUDICATORS),
        }
        | content,
    )


def say(world, thread, by, text="Section 5.", turn=Side.NOBODY, **more):
    return threads.post(thread=thread, text=text, turn=turn, by=world[by], **more)
