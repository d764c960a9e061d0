"""The menu of a programme: for everybody, and more for those who are signed in."""

from typing import Any

# Address, words, and the addresses that belong to it.
EVERYBODY = (
    ("/", "Home", ()),
    ("/sites", "Sites", ("/guide",)),
    ("/organisations", "Organisations", ("/partners",)),
    ("/capabilities", "Capabilities", ("/initiatives",)),
    ("/map", "Map", ()),
    ("/blueprints", "Blueprints", ("/adoptions", "/learning", "/site-figures")),
    ("/evaluations", "Did it work?", ()),
    ("/rounds", "Choosing", ("/selection", "/applications", "/votes", "/decisions", "/round-steps")),
    ("/money", "Money", ("/recounted", "/awards", "/funds", "/payments", "/award-shares")),
    (
        "/support",
        "Support",
        (
            *("/support-areas", "/support-packages", "/workstreams", "/visits", "/requests", "/blockers"),
            *("/what-helped", "/communities", "/community-members"),
        ),
    ),
    ("/plan", "Plan", ("/gantt", "/milestones", "/dependencies", "/waits", "/risks", "/benefits", "/decisions-made")),
    ("/scrutiny", "Scrutiny", ("/committees", "/meetings", "/minutes", "/inquiries", "/recommendations")),
    ("/engagement", "Taking part", ("/goals", "/themes", "/engagement-plans", "/audiences", "/channels", "/content")),
    ("/tables", "All tables", ()),
)
SIGNED_IN = (("/boards", "Boards", ("/publications", "/publishing-keys")),)
SIGN_IN = ("/sign-in", "Sign in", ())


def programme_menu(actor: Any, here: str) -> list[tuple[str, str, str]]:
    """Words, address, and `page` for where one is, `true` for what lies below it."""
    items = (EVERYBODY[0], *SIGNED_IN, *EVERYBODY[1:]) if actor else (*EVERYBODY, SIGN_IN)
    return [
        (words, address, "page" if here == address else "true" if _below(here, (address, *more)) else "")
        for address, words, more in items
    ]


def _below(here: str, addresses: tuple[str, ...]) -> bool:
    return any(one != "/" and (here == one or here.startswith(f"{one}/")) for one in addresses)
