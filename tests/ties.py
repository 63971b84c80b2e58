"""What the people of the small world say about their ties, and who asks for names."""

from review.enums import Interest
from review.services import interests

from .cast import REVIEWERS


def declare(world, key: str, *codes: str, interest: str = Interest.NONE, **more: str) -> None:
    """Let somebody declare their interests in these countries; if not said, that it is none."""
    for code in codes:
        interests.declare_interest(
            round_=world.round,
            country=world.country(code),
            interest=interest,
            by=world[key],
            **more,
        )


def declare_all(world) -> None:
    """Let everybody who reviews or rules declare that they have no tie."""
    for code, keys in REVIEWERS.items():
        for key in (*keys, "adjudicator"):
            declare(world, key, code)


def learn_names(world, *codes: str, by: str = "coordinator") -> None:
    """Let a coordinator ask for the names of these countries' people."""
    for code in codes:
        interests.unblind(
            round_=world.round, country=world.country(code), reason="To call.", by=world[by]
        )
