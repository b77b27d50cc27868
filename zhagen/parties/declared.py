"""What people declared, and where they work, as the core's closure of ties reads it."""

from collections.abc import Iterable

from zhagen.core.flags.tie import ORGANISATION, DeclaredTie, TieKind
from zhagen.parties.models import Appointment, Tie


def declared_ties(people: Iterable[object]) -> list[DeclaredTie]:
    """Return the ties of some people: what they declared, and where they work by appointment."""
    listed = list(people)
    ties = [
        DeclaredTie(
            f"tie:{each.pk}", f"user:{each.person_id}", f"{ORGANISATION}{each.organisation_id}",
            TieKind(each.kind), each.since_on, each.until_on,
        )
        for each in Tie.objects.filter(person__in=listed)
    ]  # fmt: skip
    jobs = Appointment.objects.filter(user__in=listed, organisation__isnull=False)
    return ties + [
        DeclaredTie(
            f"appointment:{each.pk}", f"user:{each.user_id}", f"{ORGANISATION}{each.organisation_id}",
            TieKind.EMPLOYMENT, each.from_on, each.until_on,
        )
        for each in jobs
    ]  # fmt: skip
