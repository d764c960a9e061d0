"""A site adopts a blueprint and varies what it may; everything else is refused in a sentence."""

import shutil

import pytest
from tests.blueprint import owls
from tests.blueprint.owls import OWLS, TOWN, copy

from vanguard.blueprint import read
from vanguard.blueprint.layers import permitted


@pytest.fixture
def town(tmp_path):
    """A town beside the blueprint that it extends; call with what its files hold, or with changes of the parent."""
    shutil.copytree(TOWN, tmp_path / "town")

    def write(files=(), parent=()):
        copy(tmp_path / "any name", *parent)
        for file, text in dict(files).items():
            (tmp_path / "town" / file).write_text(text, "utf-8")
        return tmp_path / "town"

    return write


def mistakes(folder):
    """Every mistake, with the folder that its place is in."""
    beside = f"{folder.parent}/"
    return [
        said.removeprefix(beside) if said.startswith(beside) else f"{folder.name}/{said}"
        for said in owls.mistakes(folder)
    ]


def test_a_site_holds_only_what_differs(town):
    site, parent = read(town()), read(OWLS)
    assert (site.id, site.version, site.extends, site.effective.to) == ("owl-town", "1.0.0", "night-owls@1.2.3", None)
    assert site.cohorts["awake"].review.every == "P2W"
    assert site.cohorts["awake"].review.by == ("owl",)
    assert list(site.pathways.calendars) == ["nights", "always", "weekends"]
    assert site.measures["falls_at_night"].target is None
    assert site.pathways.pathways["call"].steps == parent.pathways.pathways["call"].steps
    assert list(site.sources) == ["paper", "council"]


REFUSED = [
    (
        "cohorts.yaml",
        "cohorts: {awake: {tier: midnight}}",
        "town/cohorts.yaml:1:19: night-owls 1.2.3 does not let a site vary cohorts.awake.tier. "
        "A site may vary calendars.*, cohorts.*.review.every, pathways.*.clocks.*.within, staff, measures.*.target.",
    ),
    ("cohorts.yaml", "cohorts: {asleep: {label: Asleep}}", "does not let a site vary cohorts.asleep."),
    ("cohorts.yaml", "cohorts: {awake: null}", "does not let a site vary cohorts.awake."),
    ("measures.yaml", "measures: {no_such: {target: null}}", "does not let a site vary measures.no_such."),
    (
        "measures.yaml",
        "measures: {nights_in_hospital: {target: null}}",
        "There is no measures.nights_in_hospital.target in night-owls 1.2.3 to take away. Take this line out.",
    ),
    (
        "pathways.yaml",
        "calendars:\n  weekends: Sa-Su 00:00-24:00\n  always: null",
        "town/pathways.yaml:3:3: There is no calendar always. There are nights, weekends. "
        "It clashes with resources.bed.calendar of night-owls 1.2.3.",
    ),
    ("pathways.yaml", "calendars: {nights: never}", "town/pathways.yaml:1:21: never is no rule for opening."),
    (
        "pathways.yaml",
        "pathways: {call: {clocks: {soon: {within: PT30M}}}}",
        "town/pathways.yaml:1:43: The warning comes too late. It must come before within is over. "
        "It clashes with pathways.call.clocks.soon.warn_at of night-owls 1.2.3.",
    ),
    (
        "cohorts.yaml",
        "cohorts: {awake: {review: {every: often}}}",
        "town/cohorts.yaml:1:35: often is not allowed here.",
    ),
    ("simulate.yaml", "staff: {callers: {number: 2}}", "town/simulate.yaml:1:9: There is no resource callers."),
    ("simulate.yaml", "answers: {alone: {shares: {yes: 1}}}", "does not let a site vary answers.alone.shares.yes."),
]


@pytest.mark.parametrize(("file", "text", "says"), REFUSED)
def test_what_a_site_may_not_do(town, file, text, says):
    found = mistakes(town({file: text}))
    assert any(says in mistake for mistake in found), found


VARIES = ("blueprint.yaml", "site_may_vary: [", "site_may_vary: [measures, pathways, ")


def test_what_clashes_is_told_where_the_site_wrote_it_each_by_itself(town):
    found = mistakes(
        town(
            {
                "measures.yaml": "measures:\n  falls_at_night:\n    label: Falls at night\n    direction: up\n",
                "pathways.yaml": "pathways:\n  call:\n    label: A\n    clocks: {soon: {warn_at: PT90M}, later: null}",
            },
            parent=[VARIES],
        )
    )
    assert found == [
        "town/measures.yaml:4:16: These thresholds pay more for a lower value, but of Falls at night (falls_at_night) "
        "a higher one is better (direction: up). List them from the worst value to the best, the lowest first, or "
        "change the measure's direction. "
        "It clashes with contracts.the_night.performance.indicators.falls.thresholds of night-owls 1.2.3.",
        "town/pathways.yaml:4:38: speed may be answered later, and there is no clock later. Add a clock later. "
        "It clashes with pathways.call.steps.go.clock of night-owls 1.2.3.",
    ]


def test_one_line_that_clashes_with_much_is_told_each_time(town):
    site = town(
        {
            "pathways.yaml": "questions: {alone: null}\n",
            "plans.yaml": "questions: {lonely: {label: Lonely, kind: yes_no, source: {cites: paper}}}\n",
        },
        parent=[("blueprint.yaml", "site_may_vary: [", "site_may_vary: [plans/questions, pathways/questions, ")],
    )
    found = mistakes(site)
    assert len(found) > 2
    assert {mistake.split(": ")[0] for mistake in found} == {"town/pathways.yaml:1:13"}


def test_a_clash_of_a_site_stays_in_its_file_for_whoever_extends_the_site(town, tmp_path):
    town({"pathways.yaml": "pathways: {call: {clocks: {soon: {within: PT30M}}}}"})
    copy(tmp_path / "street", ("blueprint.yaml", "id: owl-town", "id: owl-street"), of=TOWN)
    main = tmp_path / "street" / "blueprint.yaml"
    main.write_text(main.read_text("utf-8").replace("night-owls@1.2.3", "owl-town@1.0.0").split("sources:")[0], "utf-8")
    for file in ("measures.yaml", "pathways.yaml"):
        (tmp_path / "street" / file).unlink()
    assert [mistake.split(": ")[0] for mistake in mistakes(tmp_path / "street")] == ["town/pathways.yaml:1:43"]


def test_writing_the_same_as_the_parent_varies_nothing(town):
    assert read(town({"cohorts.yaml": "cohorts: {awake: {tier: dusk}}"})).cohorts["awake"].tier == "dusk"


def test_a_mistake_of_the_parent_is_told_in_the_parents_file(town):
    found = mistakes(town(parent=[("cohorts.yaml", "tier: dusk", "tier: dsuk")]))
    assert found == ["any name/cohorts.yaml:4:11: There is no tier dsuk. Did you mean dusk?"]


def test_a_version_that_is_not_there(town):
    found = mistakes(town(parent=[("blueprint.yaml", "version: 1.2.3", "version: 1.10.0")]))
    assert found == ["town/blueprint.yaml:4:10: There is no version 1.2.3 of night-owls. There is only 1.10.0."]


def test_two_folders_that_say_they_are_the_same_version(town, tmp_path):
    site = town()
    copy(tmp_path / "copied", ("pathways.yaml", "within: PT2H", "within: PT4H"))
    assert mistakes(site) == [
        f"town/blueprint.yaml:4:10: {tmp_path / 'any name'} and {tmp_path / 'copied'} both say that they are "
        "night-owls@1.2.3. Give one of them another version, or move it away."
    ]
    assert read(tmp_path / "copied").version == "1.2.3"


def test_blueprints_that_extend_each_other(town):
    found = mistakes(town(parent=[("blueprint.yaml", "version: 1.2.3", "version: 1.2.3\nextends: owl-town@1.0.0")]))
    assert found == [
        "any name/blueprint.yaml:4:10: The blueprints extend each other in a circle: "
        "owl-town@1.0.0 → night-owls@1.2.3 → owl-town@1.0.0. Let one extend none."
    ]


def test_a_site_of_a_site(town, tmp_path):
    town()
    copy(tmp_path / "street", ("blueprint.yaml", "id: owl-town", "id: owl-street"), of=TOWN)
    main = tmp_path / "street" / "blueprint.yaml"
    main.write_text(main.read_text("utf-8").replace("night-owls@1.2.3", "owl-town@1.0.0").split("sources:")[0], "utf-8")
    (tmp_path / "street" / "measures.yaml").unlink()
    (tmp_path / "street" / "cohorts.yaml").write_text("cohorts: {awake: {review: {every: P1W}}}", "utf-8")
    street = read(tmp_path / "street")
    assert street.cohorts["awake"].review.every == "P1W"
    assert "weekends" in street.pathways.calendars


def test_what_a_path_permits():
    file = "pathways.yaml"
    within = ("pathways", "call", "clocks", "soon", "within")
    assert permitted(file, within, ("pathways.*.clocks.*.within",))
    assert permitted(file, within[:4], ("pathways.*.clocks.*",))
    assert permitted(file, within, ("pathways.*.clocks.*",))
    assert not permitted(file, within[:3], ("pathways.*.clocks.*",))
    assert not permitted(file, (*within[:4], "warn_at"), ("pathways.*.clocks.*.within",))
    assert not permitted(file, within, ())


QUESTIONS = ("questions", "speed", "label")


@pytest.mark.parametrize(
    ("file", "paths", "may"),
    [
        ("pathways.yaml", ("plans/questions.*",), False),
        ("plans.yaml", ("plans/questions.*",), True),
        ("pathways.yaml", ("pathways/questions.*.label",), True),
        ("plans.yaml", ("questions.*",), False),
        ("pathways.yaml", ("questions.*",), False),
    ],
)
def test_a_name_that_begins_two_files_is_of_the_one_that_the_path_names(file, paths, may):
    assert permitted(file, QUESTIONS, paths) is may


def test_a_site_that_may_reword_what_is_asked_may_not_touch_what_steers_a_pathway(town):
    parent = [("blueprint.yaml", "site_may_vary: [", "site_may_vary: [plans/questions, ")]
    said = "does not let a site vary questions.speed.may_change."
    found = mistakes(town({"pathways.yaml": "questions: {speed: {may_change: yes}}"}, parent))
    assert [mistake for mistake in found if said in mistake], found


@pytest.mark.parametrize("missing", ["id", "label", "version", "effective"])
def test_a_site_must_say_who_it_is(town, missing):
    """Otherwise it would be another blueprint under its parent's name and version."""
    site = town()
    lines = (site / "blueprint.yaml").read_text("utf-8").splitlines(keepends=True)
    left = "".join(line for line in lines if not line.startswith(f"{missing}:"))
    (site / "blueprint.yaml").write_text(left, "utf-8")
    assert f"town/blueprint.yaml:1:1: {missing} is missing. Add it." in mistakes(site)


def test_a_site_may_add_the_first_of_what_its_parent_has_none_of(town):
    site = town(parent=[("blueprint.yaml", "site_may_vary: [", "site_may_vary: [code_sets.*, ")])
    (site.parent / "any name" / "codes.yaml").rename(site / "codes.yaml")
    assert list(read(site).code_sets) == ["sleeplessness"]
