"""Pages of blueprints for people: which there are, and each of them."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.blueprint import BadBlueprint, Blueprint, described, read, readme
from vanguard.programme.blueprints.drawing import drawing
from vanguard.programme.blueprints.kept import every_version
from vanguard.programme.sheet import Shown
from vanguard.programme.sites.models import Site
from vanguard.web.page import render


@login_not_required
@require_safe
def blueprints(request: HttpRequest) -> HttpResponse:
    """Which blueprints there are, and their versions. Public."""
    lines = []
    for name, folders in every_version().items():
        latest = list(folders)[-1]
        address = reverse("blueprint", args=[name])
        try:
            newest = read(folders[latest])
        except BadBlueprint as bad:
            lines.append([Shown(name, address), Shown(f"It has {len(bad.mistakes):,} mistakes."), Shown(latest)])
        else:
            lines.append([Shown(newest.label, address), Shown(newest.purpose), Shown(", ".join(folders))])
    return render(request, "programme/blueprints.html", {"title": "Blueprints", "lines": lines})


@login_not_required
@require_safe
def blueprint(request: HttpRequest, name: str) -> HttpResponse:
    """One blueprint: for whom, how, measures, needs, evidence, sites. `?version=` shows another. Public."""
    folders = every_version().get(name)
    if not folders:
        raise Http404
    asked, latest = request.GET.get("version", ""), list(folders)[-1]
    version = asked if asked in folders else latest
    context: dict[str, Any] = {"version": version, "versions": list(folders), "name": name, "mistakes": ()}
    if asked and asked != version:
        context["gone"] = f"There is no version {asked[:40]} of {name} here. This is version {version}."
    try:
        found = read(folders[version])
    except BadBlueprint as bad:
        return render(request, "programme/blueprint.html", context | {"title": name, "mistakes": bad.mistakes})
    told = described(found)
    context |= {
        "title": found.label,
        "blueprint": found,
        "blocks": readme(folders[version]),
        "told": told,
        "ways": [(one, drawing(one)) for one in told.how],
        "sites": _sites(found),
    }
    return render(request, "programme/blueprint.html", context)


def _sites(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    """What each site that the blueprint names is called, with its page where the programme holds it."""
    ours = dict(Site.objects.filter(key__in=list(blueprint.sites)).values_list("key", "name"))
    return {
        one.id: {
            "label": ours.get(one.id, one.label),
            "href": reverse("row", args=["sites", one.id]) if one.id in ours else "",
        }
        for one in blueprint.sites.values()
    }
