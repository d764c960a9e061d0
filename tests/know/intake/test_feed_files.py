"""A mistake in a feed description is a sentence with its file and line."""

from pathlib import Path

import pytest

from vanguard.errors import BadInput
from vanguard.know.intake import feeds

GOOD = """feed: visits
label: Visits
what: One visit.
source: charity
files: visits_{date}
key: [no]
columns:
  no: {what: Number., required: yes}
  who: {what: Person.}
  sex: {what: Sex., codes: {1: male, 2: female}}
  born: {what: Birthday., type: date}
person:
  source_id: who
  sex: sex
  birth_date: born
event:
  source_id: who
  kind: {constant: Encounter}
"""


def own(folder: Path, text: str) -> Path:
    (folder / "visits.yaml").write_text(text)
    return folder


def test_a_good_description_is_read(tmp_path: Path) -> None:
    visits = feeds(own(tmp_path, GOOD))["visits"]
    assert visits.key == ("no",)
    assert visits.columns["sex"].codes == {"1": "male", "2": "female"}
    assert visits.required == {"no", "who"}


def test_a_place_may_replace_a_shipped_feed(tmp_path: Path) -> None:
    assert feeds(own(tmp_path, GOOD.replace("feed: visits", "feed: gp_events")))["gp_events"].label == "Visits"


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("key: [no]", "key: [number]", 6, "`columns` does not describe number."),
        ("key: [no]\n", "", 1, "`key` is missing."),
        ("label: Visits", "lable: Visits", 2, "`lable` is not a word that a feed description knows here."),
        ("type: date", "type: day", 11, "`type`: Input should be 'text'"),
        ("birth_date: born", "birth_date: sex", 15, "sex must have type date, not text."),
        ("2: female", "2: woman", 14, "sex needs codes that say female, male, other, unknown."),
        (
            "constant: Encounter",
            "constant: A, column: no",
            18,
            "give exactly one of constant, column or filled",
        ),
        ("constant: Encounter", "constant: Encountre", 18, "There is no kind Encountre; there are Account,"),
        ("kind: {constant: Encounter}", "kind: sex", 18, "sex needs codes that say Account,"),
        (
            "kind: {constant: Encounter}",
            "kind: {constant: Encounter}\n  setting: {filled: sex, then: ward, otherwise: home}",
            19,
            "There is no setting ward; there are ambulance,",
        ),
        ("source: charity", "source: charity\nsource: gp", 5, "source occurs twice."),
        ("source: charity", "source: [", 5, "This is not YAML"),
        ("source: charity", "source: charity\nzone: Europe/Londn", 5, "There is no time zone Europe/Londn"),
        ("source_id: who\n  kind", "source_id: no\n  kind", 17, "must name the same source_id."),
    ],
)
def test_a_mistake_is_a_sentence_with_its_line(tmp_path: Path, old: str, new: str, line: int, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as problem:
        feeds(own(tmp_path, GOOD.replace(old, new)))
    assert f"visits.yaml, line {line}: " in str(problem.value)
    assert sentence in str(problem.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as problem:
        feeds(own(tmp_path, GOOD.replace("label: Visits\n", "").replace("type: date", "type: day")))
    assert len(str(problem.value).splitlines()) == 2
