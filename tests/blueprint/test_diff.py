"""A difference reads like a sentence, and applies both ways."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.blueprint.owls import HERE, OWLS, TOWN, copy

from vanguard.blueprint import Rule, diff, in_text, read
from vanguard.blueprint.elements import FILES, MAIN, Strict
from vanguard.lake.condition.tree import ColumnRef
from vanguard.own_yaml import data_of

LATER = "      later: {label: L, within: PT9H, start: received, stop: go.arrived, source: {cites: paper}}\n"
CHANGES = data_of((HERE / "changes.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CHANGES, ids=[case["says"] for case in CHANGES])
def test_a_change_is_said_in_words(tmp_path, case):
    changes = diff(read(OWLS), read(copy(tmp_path / "other", (case["file"], case["before"], case["after"]))))
    assert [(change.file, change.sentence) for change in changes] == [(case["file"], case["says"])]


BLUEPRINT = read(OWLS)
RULES = ("{when: alone, to: go}", "{when: hours_awake > 9, to: rest}", "{when: speed = 'soon', to: go}")


def ruled(folder, *rules):
    """The night owls with these rules of the first step, tried in turn."""
    listed = f"next: [{', '.join(rules)}, {{to: rest}}]"
    return read(copy(folder, ("pathways.yaml", "next: [{when: alone, to: go}, {to: rest}]", listed)))


def test_rules_that_are_tried_in_another_turn_are_told_and_what_else_changed_in_them_too(tmp_path):
    first, second, third = RULES
    before = ruled(tmp_path / "before", first, second, third)
    swapped = diff(before, ruled(tmp_path / "swapped", second, first, third))
    assert [change.sentence for change in swapped] == [
        "Step take of pathway call: next come in another order: "
        "when hours_awake > 9, to rest; then when alone, to go; then when speed = 'soon', to go; then to rest"
    ]
    changed = diff(before, ruled(tmp_path / "changed", second, first, third.replace("soon", "later")))
    assert [change.sentence for change in changed] == [
        "Step take of pathway call: next come in another order: "
        "when hours_awake > 9, to rest; then when alone, to go; then when speed = 'later', to go; then to rest",
        "Step take of pathway call: next 3, when speed = 'soon' becomes speed = 'later'",
    ]
    fewer = diff(before, ruled(tmp_path / "fewer", third, first))
    assert [change.kind for change in fewer] == ["moved", "removed"]
    assert fewer[1].sentence.endswith("next 2 goes: when hours_awake > 9, to rest")


@given(st.permutations(["C", "A", "B", "A"]), st.lists(st.sampled_from("ABCD"), min_size=1, max_size=5))
def test_every_order_of_every_list_is_told(first, second):
    """Whatever became of a list, something is said of it, and an order only where what stayed changed its turn."""
    one = BLUEPRINT.pathways
    call = one.pathways["call"]

    def with_rules(ends):
        rules = tuple(Rule(to=end.lower()) for end in ends)
        step = call.steps["take"].model_copy(update={"next": rules})
        return one.model_copy(
            update={"pathways": {"call": call.model_copy(update={"steps": {**call.steps, "take": step}})}}
        )

    a, b = (
        BLUEPRINT.model_copy(update={"files": {**BLUEPRINT.files, "pathways.yaml": with_rules(ends)}})
        for ends in (first, second)
    )
    changes = diff(a, b)
    assert bool(changes) == (list(first) != list(second))
    if sorted(first) == sorted(second):
        assert [change.kind for change in changes] == ["moved"] * (list(first) != list(second))


def test_an_element_that_goes_and_one_that_comes(tmp_path):
    """A new answer to a question, and a clock for it."""
    other = copy(
        tmp_path / "other",
        ("pathways.yaml", "later: Later}", "later: Later, never: Never}"),
        ("pathways.yaml", "      later: {label: Later,", "      never: {label: Never,"),
        ("pathways.yaml", "    steps:", f"{LATER}    steps:"),
    )
    assert "Clock never of pathway call is new: Never." in in_text(diff(read(OWLS), read(other)))
    assert "Clock never of pathway call goes: Never." in in_text(diff(read(other), read(OWLS)))


def test_the_same_blueprint_differs_in_nothing():
    assert diff(read(OWLS), read(OWLS)) == ()
    assert in_text(()) == "They are the same."


def test_what_a_site_changed_and_back_again():
    there, back = diff(read(OWLS), read(TOWN)), diff(read(TOWN), read(OWLS))
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    key = lambda change: (change.file, change.place)
    assert sorted((key(c), c.kind, c.before, c.after) for c in there) == sorted(
        (key(c), opposite[c.kind], c.after, c.before) for c in back
    )
    assert "pathways.yaml\n  Calendar nights Mo-Su 21:00-07:30 becomes Mo-Su 20:00-08:00." in in_text(there)


def others(value):
    """The value with one thing in it changed, in each way that there is; by the least that can be."""
    if isinstance(value, Strict):
        for name in type(value).model_fields:
            # An id is the name that an element stands under; the other files have their own turn.
            for other in others(getattr(value, name)) if name not in ("id", "files") else ():
                yield value.model_copy(update={name: other})
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield MappingProxyType({k: v for k, v in value.items() if k != key})
            for other in others(inner):
                yield MappingProxyType({**value, key: other})
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield (*value[:number], *value[number + 1 :])
            for other in others(item):
                yield (*value[:number], other, *value[number + 1 :])
    elif is_dataclass(value) and hasattr(value, "text"):
        yield replace(value, text=f"{value.text} and more")
    elif isinstance(value, ColumnRef):
        yield replace(value, name=f"{value.name}x")
    elif is_dataclass(value):
        for name in (field.name for field in fields(value)):
            for other in others(getattr(value, name)):
                yield replace(value, **{name: other})
    elif isinstance(value, bool):
        yield not value
        yield float(value)
    elif isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield math.nextafter(value, math.inf)
    elif isinstance(value, Decimal):
        yield value + Decimal("1e-9")
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, timedelta):
        yield value + timedelta(minutes=1)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", ["frail-older-people", OWLS], ids=["shipped", "owls"])
def test_every_change_of_one_value_is_told_and_seen(name, file):
    one = read(name)
    whole = one if file == MAIN else one.files[file]
    changed = 0
    for other in others(whole):
        another = other if file == MAIN else one.model_copy(update={"files": {**one.files, file: other}})
        changes = diff(one, another)
        assert changes, other
        assert all(change.before != change.after for change in changes), changes
        changed += 1
    assert changed or file == "codes.yaml"
