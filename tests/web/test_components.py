"""Components of the design system, drawn once for the same parameters and never for others."""

from typing import Any

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

ENVIRONMENT = engines["jinja2"].env
WORDS = st.sampled_from(["a", "A & E", "<b>", "1", ""])
VALUES = st.one_of(WORDS, WORDS.map(Markup), st.booleans(), st.integers(0, 1), st.none())
ITEMS = st.lists(st.fixed_dictionaries({"value": VALUES, "text": VALUES, "checked": VALUES}), min_size=1, max_size=3)
RADIOS = st.fixed_dictionaries({"name": st.just("soon"), "idPrefix": st.just("soon"), "value": VALUES, "items": ITEMS})


def drawn(name: str, params: Any) -> str:
    return ENVIRONMENT.globals[name](params)


def by_the_design_system(name: str, params: Any) -> str:
    return ENVIRONMENT.from_string(
        f'{{% from "nhsuk/components/{name}/macro.jinja" import {name} %}}{{{{ {name}(params) }}}}'
    ).render(params=params)


@given(st.lists(RADIOS, min_size=1, max_size=4))
def test_radios_are_as_the_design_system_draws_them(several: list[dict[str, Any]]) -> None:
    for params in several:
        assert drawn("radios", params) == by_the_design_system("radios", params)


def test_a_form_opened_again_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = drawn("radios", {"name": "where", "idPrefix": "where", "items": [{"value": "home", "text": "At home"}]})
    monkeypatch.setattr(ENVIRONMENT, "get_template", None)
    again = drawn("radios", {"name": "where", "idPrefix": "where", "items": [{"value": "home", "text": "At home"}]})
    assert again is first


def test_what_somebody_typed_is_not_kept() -> None:
    typed = {"label": {"text": "What matters"}, "id": "matters", "name": "matters", "value": "To sleep at home"}
    assert drawn("textarea", typed) == drawn("textarea", typed)
    assert drawn("textarea", typed) is not drawn("textarea", typed)
