"""The NHS design system's components as functions that every template has, without importing them.

Drawing one goes through several templates and takes longer than most queries. Radios, lists and empty fields are the
same each time a form is opened, so what was drawn is kept, by everything that it was drawn from.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, Undefined
from markupsafe import Markup

Component = Callable[[Mapping[str, Any]], Markup]
# By the name that templates call it: its folder in the design system.
COMPONENTS = {
    "button": "button",
    "checkboxes": "checkboxes",
    "details": "details",
    "errorSummary": "error-summary",
    "input": "input",
    "notificationBanner": "notification-banner",
    "pagination": "pagination",
    "passwordInput": "password-input",
    "radios": "radios",
    "select": "select",
    "skipLink": "skip-link",
    "summaryList": "summary-list",
    "textarea": "textarea",
}
FORM_PARTS = {"button", "checkboxes", "input", "radios", "select", "skipLink", "textarea"}
# What people typed is drawn and forgotten.
TYPED = {"input", "textarea"}
KEPT = 1_024


def components(environment: Environment) -> Mapping[str, Component]:
    """Each component of COMPONENTS: takes the parameters that the design system describes, gives its HTML."""
    return {
        name: _kept(_drawn_by(environment, name), forget_typed=name in TYPED)
        if name in FORM_PARTS
        else _drawn_by(environment, name)
        for name in COMPONENTS
    }


def _drawn_by(environment: Environment, name: str) -> Component:
    def draw(params: Mapping[str, Any]) -> Markup:
        macros = environment.get_template(f"nhsuk/components/{COMPONENTS[name]}/macro.jinja").module
        drawn: Markup = getattr(macros, name)(params)
        return drawn

    return draw


def _kept(draw: Component, *, forget_typed: bool) -> Component:
    @lru_cache(KEPT)
    def known(what: "_Params") -> Markup:
        return draw(what.params)

    def drawn(params: Mapping[str, Any]) -> Markup:
        if forget_typed and params.get("value"):
            return draw(params)
        try:
            return known(_Params(params))
        except TypeError:
            # Something in it can change after it was drawn.
            return draw(params)

    return drawn


class _Params:
    """Parameters that compare by all that they hold, each value with its type: True and 1 draw differently."""

    __slots__ = ("params", "whole")

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params, self.whole = params, _frozen(params)

    def __hash__(self) -> int:
        return hash(self.whole)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Params) and self.whole == other.whole


def _frozen(value: Any) -> Hashable:
    """Raises TypeError for a value of a kind that cannot be relied on to stay as it is."""
    kind = type(value)
    if kind is str or value is None:
        return value  # type: ignore[no-any-return]
    if kind in (Markup, bool, int):
        return kind, value
    if kind is dict:
        return tuple([(key, _frozen(one)) for key, one in value.items()])
    if kind in (list, tuple):
        return kind, tuple([_frozen(one) for one in value])
    if isinstance(value, Undefined):
        return Undefined
    raise TypeError(kind)
