"""Whether the paths in site_may_vary lead anywhere."""

from collections.abc import Iterator

from vanguard.blueprint.checks.fault import Fault
from vanguard.blueprint.elements import FILES, Main
from vanguard.blueprint.shape import Shape
from vanguard.lake.condition import nearest


def path_faults(main: Main) -> Iterator[Fault]:
    """Every path that no element could ever have."""
    for number, path in enumerate(main.site_may_vary):
        reached = [Shape.of(model) for model in FILES.values()]
        for name in path.split("."):
            following = [found for shape in reached if (found := shape.step(name))]
            if not following:
                names = dict.fromkeys(n for shape in reached for n in shape.fields())
                otherwise = f"It may be {', '.join(names)}." if names else "Let the path end before it."
                what = f"The path leads nowhere: there is no {name} here."
                yield Fault(("site_may_vary", number), what, nearest(name, names, otherwise=otherwise))
                break
            reached = following
