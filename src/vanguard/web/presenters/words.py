"""The lake's short words (settings, kinds, methods, sources) as people say them."""

from vanguard.codes import display_words

SOURCES = {
    "gp": "GP record",
    "acute": "Hospital record",
    "community": "Community record",
    "social_care": "Council record",
    "mental_health": "Mental health record",
    "ambulance": "Ambulance record",
    "nhs_111": "NHS 111 record",
    "care_home": "Care home record",
}


def setting(word: str | None) -> str:
    """Where care was given, as a person says it."""
    return display_words().settings.get(word or "") or plain(word)


def kind(word: str | None) -> str:
    """The kind of entry (a FHIR resource type), as a person says it."""
    return display_words().kinds.get(word or "") or plain(word)


def method(word: str | None) -> str:
    """How care came about, as a person says it."""
    return display_words().methods.get(word or "") or plain(word)


def source(word: str | None) -> str:
    """Whose system told us, as a person says it."""
    return SOURCES.get(word or "") or plain(word)


def sentence(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def plain(word: str | None) -> str:
    """`some_word` or `SomeWord` as "Some word"; an address as it stands; nothing as "Not known"."""
    if not word:
        return "Not known"
    if "/" in word or ":" in word:
        return word
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in word.replace("_", " "))
    return spaced.strip().capitalize()
