"""What this place runs: the blueprints whose pathways have a referral point, and who takes part in them."""

from collections.abc import Iterator
from functools import cache

from vanguard.access import Actor
from vanguard.blueprint import Channel, read, shipped
from vanguard.care.hub.pathways import flow_of, keep
from vanguard.flow import Flow


@cache
def running() -> tuple[tuple[str, str], ...]:
    """`name@version` and id of every pathway of this place to which people can be referred."""
    found = []
    for folder in shipped().values():
        named = keep(folder)
        found += [(named, pathway) for pathway in read(folder).pathways.pathways]
    return tuple(found)


def flows() -> Iterator[tuple[str, Flow]]:
    """Each of these pathways with the blueprint that it belongs to."""
    for named, pathway in running():
        yield named, flow_of(named, pathway)


def takes_part(actor: Actor) -> bool:
    """Whether the actor's role does any step of any pathway here."""
    return any(actor.role.id in flow.roles(step) for _, flow in flows() for step in flow.pathway.steps)


def takes(actor: Actor, channel: Channel) -> Iterator[tuple[str, Flow]]:
    """The pathways whose referrals by a channel the actor's role takes."""
    for named, flow in flows():
        first = flow.pathway.entry.by.get(channel)
        if first and actor.role.id in flow.roles(first):
            yield named, flow
