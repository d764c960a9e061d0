"""Pathways that cannot be walked: what is changed in a sound one, and what is said of it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from vanguard.blueprint import Pathways
from vanguard.blueprint.checks import pathway_faults
from vanguard.blueprint.document import read_document
from vanguard.blueprint.elements.plans import Asked

SOUND = (Path(__file__).parents[2] / "flow" / "falls_service.yaml").read_text("utf-8")


def said(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "pathways.yaml"
    path.write_text(text, "utf-8")
    document = read_document(path)
    assert document.mistakes == ()
    file = Pathways.model_validate(document.data, context={})
    return [f"{fault.what} {fault.do}".strip() for fault in pathway_faults(file)]


def test_the_sound_one_is_sound(tmp_path: Path) -> None:
    assert said(tmp_path, SOUND) == []


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("next: sort", "next: sorting", "There is no step or end sorting. Did you mean sort?"),
        ("{phone: answer,", "{phone: reply,", "There is no step reply."),
        ("next: done\n", "next: classes\n", "Whoever enters the step classes never reaches an end."),
        ("{to: visit}]", "{when: safe, to: visit}]", "Add a last one without a when."),
        ("asks: [bleeding, safe, falls]", "asks: [bleeding, falls]", "safe may not have been answered by then."),
        ("[{when: exercise, to: classes}, {to: done}]", "done", "No way leads to the step classes."),
        ("[{when: safe, to: visit}, {to: hospital}]", "visit", "No way leads to the end hospital."),
        ("{when: exercise, to: classes}", "{to: classes}", "What follows is never reached, since this holds always."),
        ("{when: bleeding, to: call_for_help}", "{when: bleeding, to: died}", "died is reached when it happens"),
        ("[{step: advise, when: money}]", "[{step: rest}]", "rest leads on by itself, so it cannot run alongside."),
        ("[{step: advise, when: money}]", "[]", "Nobody can leave the step advise."),
        ("next: done\n", "next: advise\n", "advise only runs alongside another step."),
        ("stop: answer.began", "stop: received.began", "There is no step received."),
        ("stop: answer.began", "stop: answer.arrived", "Nobody arrives in answer. Add visit: true to the step"),
        ("start: advise.entered\n", "start: done.entered\n", "There is no step done."),
        ("stop: advise.finished", "stop: sort.finished", "The clock can never stop there: sort.finished does not"),
        ("stop: [rest.entered,", "stop: [answer.began,", "can never stop there: answer.began does not come after"),
        ("clock: $speed", "clock: $trade", "trade may be answered nursing, and there is no clock nursing."),
        ("clock: $speed", "clock: $money", "money is no choice."),
        ("clock: $speed", "clock: fast", "There is no clock fast."),
        ("decides: [speed, trade, floor]", "decides: [speed, floor]", "trade may not have been answered by then."),
        ("set: {speed: later,", "set: {speed: never,", "never is no answer to speed. It is one of soon, later."),
        ("set: {speed: later,", "set: {money: later,", "The step does not decide money."),
        ("otherwise: night_visitor", "otherwise: visitor", "The resources go round in a circle: visitor → visitor."),
        ("otherwise: night_visitor", "otherwise: rest_bed", "rest_bed is of kind bed, not staff."),
        ("uses: rest_bed", "uses: desk_nurse", "desk_nurse is of kind staff; bed is needed here."),
        ("died: {label: Died", "rest: {label: Died", "There is a step rest as well."),
        ("match: [sex, $floor]", "match: [sx, $floor]", "Nothing is known of sx."),
        ("{phone: answer,", "{phone: advise,", "advise only runs alongside another step."),
        (
            "label: Advise, by: benefits_adviser,",
            "label: Advise, by: benefits_adviser, alongside: [{step: advise}],",
            "advise runs alongside another step, so nothing can run alongside it.",
        ),
        (
            "roles: [night_nurse],",
            "roles: [n], skill: $exercise,",
            "exercise is no choice.",
        ),
        ("start: advise.entered", "start: classes.finished", "advise.finished does not come after classes.finished."),
        ("match: [sex, $floor]", "match: [sex, $flor]", "There is no question flor. Did you mean floor?"),
    ],
)
def test_what_cannot_be_walked_is_said(tmp_path: Path, written: str, instead: str, sentence: str) -> None:
    assert written in SOUND
    assert sentence in "\n".join(said(tmp_path, SOUND.replace(written, instead, 1)))


def test_the_host_finishes_after_what_runs_alongside_it(tmp_path: Path) -> None:
    assert said(tmp_path, SOUND.replace("stop: advise.finished", "stop: classes.finished")) == []


def test_a_skill_of_whoever_stands_in_must_be_answered_too(tmp_path: Path) -> None:
    text = SOUND.replace("roles: [night_nurse],", "roles: [night_nurse], skill: $floor,")
    assert said(tmp_path, text.replace("decides: [speed, trade, floor]", "decides: [speed, trade]"))


def test_a_question_may_not_bear_the_name_of_what_is_known(tmp_path: Path) -> None:
    text = (
        SOUND.replace("money: {label", "age: {label")
        .replace("asks: [money]", "asks: [age]")
        .replace("when: money", "when: age > 1")
    )
    assert any("age is what is known of everyone who is referred." in sentence for sentence in said(tmp_path, text))


@pytest.mark.parametrize(
    ("listing", "by", "sentence"),
    [
        ({}, "list", ""),
        ({}, "online", "Nobody is referred from a list. Add list to by"),
        ({"since": "bedtime"}, "list", "bedtime is not answered with a day."),
        ({"answers": {"money": True}}, "list", "does not ask money."),
        ({"answers": {"safe": "perhaps"}}, "list", "perhaps is no answer to safe."),
    ],
)
def test_a_list_gives_only_what_its_first_step_asks(tmp_path: Path, listing: dict, by: str, sentence: str) -> None:
    path = tmp_path / "pathways.yaml"
    path.write_text(SOUND, "utf-8")
    data = read_document(path).data
    entry = data["pathways"]["after_a_fall"]["entry"]
    kept = {"label": "Fit", "place": "Ward", "since": "fit_since", "answers": {"safe": True}, "source": {}}
    kept |= {"otherwise": {"gone": "Gone"}, "source": entry["source"], **listing}
    entry["lists"] = {"crew": kept}
    entry["by"][by] = "sort"
    asked = {"fit_since": day("fit_since", "date"), "bedtime": day("bedtime", "time")}
    faults = [f"{one.what} {one.do}" for one in pathway_faults(Pathways.model_validate(data, context={}), asked)]
    assert (faults == []) if not sentence else any(sentence in one for one in faults), faults


@pytest.mark.parametrize(
    ("end", "question", "sentence"),
    [
        ({"hand_over": "same_day"}, "next_from", ""),
        ({"hand_over": "same_day"}, "bedtime", "bedtime is not answered with a day."),
        ({"hand_over": "same_day"}, "money", "money is not answered with a day."),
        ({}, "next_from", "Nothing is handed over here."),
        ({"hand_over": "next_day", "from": "any"}, "next_from", "Nobody is asked anything on the way here."),
    ],
)
def test_an_end_that_hands_over_asks_for_a_day(tmp_path: Path, end: dict, question: str, sentence: str) -> None:
    path = tmp_path / "pathways.yaml"
    path.write_text(SOUND, "utf-8")
    data = read_document(path).data
    done = data["pathways"]["after_a_fall"]["ends"]["done"]
    del done["hand_over"]
    done |= {"begins_on": question, **end}
    asked = {"next_from": day("next_from", "date"), "bedtime": day("bedtime", "time")}
    try:
        faults = [one.what for one in pathway_faults(Pathways.model_validate(data, context={}), asked)]
    except ValidationError as refused:
        faults = [problem.what for each in refused.errors() for _, problem in each["ctx"]["problems"]]
    assert any(sentence in one for one in faults) if sentence else faults == []


def day(id: str, kind: str) -> Asked:
    """A question of plans.yaml."""
    return Asked.model_validate({"id": id, "label": "When?", "kind": kind, "source": {"cites": "guess"}})


def test_a_question_that_is_only_written_down_steers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pathways.yaml"
    path.write_text(SOUND.replace("asks: [exercise]", "asks: [exercise, bedtime]"), "utf-8")
    file = Pathways.model_validate(read_document(path).data, context={})
    faults = [fault.what for fault in pathway_faults(file, {"bedtime": day("bedtime", "time")})]
    assert faults == ["bedtime stands in plans.yaml, where it is only written down."]
