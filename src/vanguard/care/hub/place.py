"""What this place runs: the blueprints whose pathways take referrals, and who takes part in them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from vanguard.access import Actor
from vanguard.blueprint import Channel, Listing, adopted, versions
from vanguard.care.hub.pathways import flow_of, keep
from vanguard.flow import Flow


@cache
def running(home: Path) -> tuple[tuple[str, str], ...]:
    """`name@version` and id of every pathway of the place in `home` to which people can be referred."""
    folders = versions(home / "blueprints" / "any")
    found = []
    for blueprint in adopted(home):
        named = keep(folders[blueprint.id, blueprint.version][0])
        found += [(named, pathway) for pathway in blueprint.pathways.pathways]
    return tuple(found)


def flows() -> Iterator[tuple[str, Flow]]:
    """Each of these pathways with the blueprint that it belongs to."""
    for named, pathway in running(Path(settings.PLACE)):
        yield named, flow_of(named, pathway)


def takes(actor: Actor, channel: Channel) -> Iterator[tuple[str, Flow]]:
    """The pathways whose referrals by a channel the actor's role takes."""
    for named, flow in flows():
        first = flow.pathway.entry.by.get(channel)
        if first and actor.role.id in flow.roles(first):
            yield named, flow


def lists(actor: Actor) -> Iterator[tuple[str, Flow, str, Listing]]:
    """The lists of people to be referred that the actor's role keeps: blueprint, pathway, origin and the list."""
    for named, flow in takes(actor, "list"):
        for origin, listing in flow.pathway.entry.lists.items():
            yield named, flow, origin, listing
