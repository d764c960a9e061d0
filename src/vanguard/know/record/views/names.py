"""The directory's names for the codes that records use."""

from collections.abc import Iterable

from vanguard.directory.models import Locality, Practice


def practice_names(codes: Iterable[str | None]) -> dict[str, str]:
    """Names of the practices among the codes; what is not a practice's code is left out."""
    wanted = {code for code in codes if code}
    return dict(Practice.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}


def locality_names(codes: Iterable[str | None]) -> dict[str, str]:
    """Names of the localities among the codes."""
    wanted = {code for code in codes if code}
    return dict(Locality.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}
