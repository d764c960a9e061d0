"""Rows for analysts as a file."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, download, use_of
from vanguard.errors import BadInput
from vanguard.know.record.unnamed import TOLD, everybody_unnamed


@require_safe
def people_to_help_file(request: HttpRequest) -> HttpResponse:
    """Everybody on the list of who to help next, without names. `?for=` says for what use."""
    actor = actor_of(request)
    try:
        use = use_of(actor, request.GET.get("for", ""))
    except BadInput as problem:
        raise BadRequest(str(problem)) from problem
    return download(
        actor,
        "pseudonymised_rows",
        "help_next",
        ("pseudonym", *TOLD),
        lambda: [(row.pseudonym, *(row.member[name] for name in TOLD)) for row in everybody_unnamed(use=use)],
        use=use,
        now=request.now,  # type: ignore[attr-defined]
    )
