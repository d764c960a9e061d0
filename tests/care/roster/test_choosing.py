"""Who of those on shift should go: skill, nearness, room, and how long they stay, each with its words."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vanguard.care.roster.choosing import Asked, Candidate, suggest

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ASKED = Asked("nursing", "A nurse", "north", NOON)


def candidate(code: str, skills=("nursing",), locality="north", going=0, hours=8.0) -> Candidate:
    name = f"{locality} town" if locality else ""
    return Candidate(
        code, f"Name {code}", "Trust", frozenset(skills), locality, name, NOON + timedelta(hours=hours), going
    )


def test_skill_then_nearness_then_room_then_who_stays_longest() -> None:
    ada, busy, early = candidate("ada"), candidate("busy", going=2), candidate("early", hours=1)
    far, anywhere, therapist = candidate("far", locality="south"), candidate("place", locality=None), candidate("t", ())
    gone = candidate("gone", hours=0)
    order = suggest([therapist, gone, far, anywhere, busy, early, ada], ASKED)
    assert [one.who.code for one in order] == ["ada", "early", "busy", "place", "far", "t"]
    said = {one.who.code: one for one in order}
    assert said["ada"].reasons == (
        "Has the skill: A nurse",
        "On shift until 2 November 2026 at 8pm",
        "Works in the person's locality, north town",
        "Has room: is going to nobody else",
    )
    assert said["busy"].against == ("Has 2 more to go to; the fewest of those on shift is 0",)
    assert said["far"].against == ("Works in another locality, south town",)
    assert said["place"].reasons[2] == "Works for the whole place"
    assert (said["t"].suggested, said["t"].against) == (False, ("Does not have the skill: A nurse",))


PEOPLE = st.lists(
    st.tuples(
        st.booleans(), st.sampled_from(["north", "south", None]), st.integers(0, 4), st.floats(-1, 9, allow_nan=False)
    ),
    max_size=8,
)


@given(PEOPLE, st.sampled_from(["nursing", None]), st.sampled_from(["north", None]), st.randoms())
def test_everybody_on_shift_once_the_same_in_whatever_order_they_come(people, skill, locality, chance) -> None:
    asked = Asked(skill, "A nurse", locality, NOON)
    there = [
        candidate(str(number), ("nursing",) if able else (), where, going, hours)
        for number, (able, where, going, hours) in enumerate(people)
    ]
    order = suggest(there, asked)
    assert sorted(one.who.code for one in order) == sorted(one.code for one in there if one.until > NOON)
    assert [one.suggested for one in order] == sorted((one.suggested for one in order), reverse=True)
    mixed = list(there)
    chance.shuffle(mixed)
    assert suggest(mixed, asked) == order
