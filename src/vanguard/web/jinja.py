"""The template environment: NHS components, our presenters as filters, nothing unescaped by default."""

from typing import Any

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from vanguard.web import presenters
from vanguard.web.components import components


def environment(**options: Any) -> Environment:
    """Django's `environment` for its Jinja2 backend. `options` are Django's: its loader and autoescape.

    The NHS components read options that were not given, so an undefined value is empty rather than an error.
    """
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    options["undefined"] = ChainableUndefined
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Django passes autoescape
    made.globals |= {"static": static, "url": _url, **components(made)}
    made.filters |= {name: getattr(presenters, name) for name in presenters.__all__}
    return made


def one_token(request: HttpRequest) -> dict[str, object]:
    """The hidden field against forged requests, made once for all forms of a page and not for each."""
    return {"csrf_input": SimpleLazyObject(lambda: csrf_input(request))}


def _url(name: str, *args: object) -> str:
    return reverse(name, args=args)
