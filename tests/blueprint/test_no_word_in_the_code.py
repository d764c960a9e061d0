"""A care model is data: no id and no label of a shipped blueprint occurs in the code, except plain English.

The code is the Python, the templates, the scripts and styles of pages, and every YAML that is no blueprint: policy,
feeds, schema, code sets, rates.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

import vanguard
from vanguard.blueprint import read, shipped

SOURCE = Path(vanguard.__file__).parent

# What anyone would write without thinking of one care model, and the words of a blueprint's own grammar.
EVERYDAY = {
    *(
        "alone",
        "always",
        "badly",
        "care home",
        "care plan",
        "first",
        "health",
        "hospital",
        "in a care home",
        "no",
        "referral",
    ),
    *("social care", "the person", "to hospital", "what follows", "what matters", "yes"),
}
GRAMMAR = {
    *("phone", "online", "list", "api"),
    *("mcp", "pacs", "uec", "ehch", "acc", "pch"),  # types of care model, for which a shipped one may be named
    *("registered", "caseload", "referred", "care_home", "team_list", "provisional_call", "relative", "break_glass"),
    "back",
}
# Reference data that names the same illness, organisation or everyday thing, each file for itself.
ELSEWHERE = {
    "codes/ambulatory_care_sensitive.yaml": {"dehydration"},
    "codes/icd10_words.yaml": {"broken hip", "dehydration"},
    "codes/sensitive.yaml": {"too little"},
    "codes/settings.yaml": {"at home"},
    "know/intake/feeds/ambulance_incidents.yaml": {"at home"},
    "know/intake/feeds/calls_111.yaml": {"other_service"},
    "know/intake/feeds/gp_registrations.yaml": {"the person has died"},
    # Kinds of vanguard as the programme's history calls them.
    "programme/history/recounted.yaml": {"care-homes", "health in care homes", "primary care home"},
    "synth/margins/source.yaml": {"nhs aylesbury vale ccg", "nhs chiltern ccg"},
    "synth/rates/community.yaml": {"at home"},
    "synth/rates/hospital.yaml": {"dehydration"},
    "synth/rates/social_care.yaml": {"at home", "nothing_further", "other_service"},
    "synth/rates/urgent.yaml": {"other_service"},
    # A demonstration is of one blueprint.
    "web/demo_users.yaml": {
        *("referral_point_administrator", "referral_point_lead", "response_nurse", "triage_clinician"),
        *("general_practitioner", "referring_professional", "reablement_worker", "response_social_worker"),
    },
    "web/demo_team.yaml": {
        *("whole_place_desk", "response_teams", "night_teams", "short_stay_bed"),
        *("nurse_leads", "therapist_leads", "social_care_leads", "plain_bed", "bed_with_nursing", "bed_with_company"),
    },
    "synth/rates/lives.yaml": {"at home"},
}
READ_WHOLE = {".html", ".jinja", ".js", ".scss", ".css", ".sql", ".yaml"}


# Papers and places of the world, which other data names as well.
OF_THE_WORLD = {"sources", "sites"}


def names_in(value: object) -> Iterator[str]:
    """Every id and label within a part of a blueprint."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields.keys() - OF_THE_WORLD:
            held = getattr(value, name)
            if name in ("id", "label") and isinstance(held, str):
                yield held
            yield from names_in(held)
    elif isinstance(value, Mapping):
        for id, held in value.items():
            yield from (word for word in (id, held) if isinstance(word, str))
            yield from names_in(held)
    elif isinstance(value, tuple):
        for held in value:
            yield from names_in(held)


@cache
def said() -> tuple[tuple[str, str], ...]:
    """Every name and every text of the Python, docstrings too, and the whole of the other files, each with its file."""
    python = tuple(
        (str(file.relative_to(SOURCE)), text.lower())
        for file in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for text in (
            [node.value]
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            else [str(getattr(node, part)) for part in ("id", "attr", "name", "arg") if hasattr(node, part)]
        )
    )
    others = tuple(
        (str(file.relative_to(SOURCE)), file.read_text("utf-8").lower())
        for file in sorted(SOURCE.rglob("*"))
        if file.suffix in READ_WHOLE and "blueprints" not in file.relative_to(SOURCE).parts
    )
    assert {".html", ".js", ".yaml"} <= {Path(file).suffix for file, _ in others}
    return python + others


@pytest.mark.parametrize("name", shipped())
def test_no_word_of_a_shipped_blueprint_is_in_the_code(name: str) -> None:
    blueprint = read(name)
    words = {word.lower() for part in blueprint.files.values() for word in names_in(part)} - EVERYDAY - GRAMMAR
    every = "\n".join(text for _, text in said())
    sought = {word: re.compile(rf"(?<![a-z0-9_]){re.escape(word)}(?![a-z0-9_])") for word in words if word in every}
    found = {
        (file, word)
        for file, text in said()
        for word, pattern in sought.items()
        if word in text and pattern.search(text) and word not in ELSEWHERE.get(file, ())
    }
    assert blueprint.id in words | GRAMMAR
    assert len(words) > 100
    assert found == set()
