"""Whether the paths in site_may_vary lead anywhere."""

from collections.abc import Iterator

from vanguard.blueprint.elements import FILES, Main
from vanguard.blueprint.fault import Fault
from vanguard.blueprint.layers import files_of
from vanguard.blueprint.shape import Shape
from vanguard.lake.condition import nearest


def path_faults(main: Main) -> Iterator[Fault]:
    """Every path that no element could ever have, or that could mean two files."""
    for number, path in enumerate(main.site_may_vary):
        stem, slash, inner = path.rpartition("/")
        files = files_of(path)
        if slash and not files:
            stems = [file.removesuffix(".yaml") for file in FILES]
            do = nearest(stem, stems, otherwise=f"There are {', '.join(stems)}.")
            yield Fault(("site_may_vary", number), f"There is no file {stem}.yaml.", do)
        elif len(files) > 1:
            do = f"Write {' or '.join(file.removesuffix('.yaml') + '/' + inner for file in files)}."
            yield Fault(("site_may_vary", number), f"The path could mean {' or '.join(files)}.", do)
        else:
            yield from _leads_nowhere(number, inner, files or tuple(FILES))


def _leads_nowhere(number: int, path: str, files: tuple[str, ...]) -> Iterator[Fault]:
    reached = [Shape.of(FILES[file]) for file in files]
    for name in path.split("."):
        following = [found for shape in reached if (found := shape.step(name))]
        if not following:
            names = dict.fromkeys(n for shape in reached for n in shape.fields())
            otherwise = f"It may be {', '.join(names)}." if names else "Let the path end before it."
            what = f"The path leads nowhere: there is no {name} here."
            yield Fault(("site_may_vary", number), what, nearest(name, names, otherwise=otherwise))
            return
        reached = following
