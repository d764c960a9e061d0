"""What identity takes as given, read from `settings.yaml`: trust, placeholders, letters, short names."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from vanguard.own_yaml import data_of


@dataclass(frozen=True)
class Settings:
    """`given_roots` maps a short given name to the name that stands for its group."""

    trust: tuple[str, ...]
    placeholder_names: frozenset[str]
    placeholder_birth_dates: frozenset[str]
    placeholder_postcodes: tuple[str, ...]
    titles: tuple[str, ...]
    look_alikes: tuple[str, str]
    given_roots: dict[str, str]
    shared_by_families: tuple[str, ...]


@cache
def settings() -> Settings:
    """The settings that the package carries."""
    data = data_of((resources.files("vanguard.know.identity") / "settings.yaml").read_text("utf-8"))
    strangers, letters = data["look_alikes"]["from"], data["look_alikes"]["to"]
    assert len(strangers) == len(letters), "look_alikes: both strings must be of one length"
    roots: dict[str, str] = {}
    for group in data["given_names"]:
        for name in group:
            roots.setdefault(name, group[0])
    return Settings(
        trust=tuple(data["trust"]),
        placeholder_names=frozenset(data["placeholders"]["name"]),
        placeholder_birth_dates=frozenset(data["placeholders"]["birth_date"]),
        placeholder_postcodes=tuple(data["placeholders"]["postcode"]),
        titles=tuple(data["titles"]),
        look_alikes=(strangers, letters),
        given_roots=roots,
        shared_by_families=tuple(data["shared_by_families"]),
    )
