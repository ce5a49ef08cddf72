"""From words of a calendar to moments: the one place where a zone is applied."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MORNING = time(9)
END_OF_DAY = time(23, 59, 59)
END_OF_WORK = time(17)
_LATER = (MORNING, time(12), time(15), time(18), time(20))


@dataclass(frozen=True)
class Reading:
    """A day, a time, both, or a moment reached by elapsed time; whatever of it was said.

    Args:
        ends: the end of the day was said, which is the end of work for a reminder.
    """

    day: date | None = None
    clock: time | None = None
    instant: datetime | None = None
    ends: bool = False

    @property
    def empty(self) -> bool:
        return self.day is None and self.clock is None and self.instant is None

    def moment(self, now: datetime, default: time, base: datetime | None = None) -> datetime:
        """Return the moment that is meant.

        Args:
            now: aware, in the user's zone.
            default: the time of a day that was named alone and has none of its own.
            base: when it was until now: a new day keeps its time, a new time its day.
        """
        if self.instant is not None:
            return self.instant
        zoned = base.astimezone(now.tzinfo) if base else None
        if self.day is None:
            clock = self.clock or default
            if zoned is not None:
                return moment_of(zoned.date(), clock, now)
            today = moment_of(now.date(), clock, now)
            return today if today > now else moment_of(now.date() + timedelta(days=1), clock, now)
        # A task due on a day as a whole has no time of day to keep.
        kept = zoned.time() if zoned and zoned.time() != END_OF_DAY else default
        clock = self.clock or kept
        if default == MORNING and self.clock is None and self.day == now.date():
            # "today", "later today": a reminder for what is left of it.
            ahead = (c for c in _LATER if moment_of(self.day, c, now) >= now)
            clock = END_OF_WORK if self.ends else next(ahead, clock)
        return moment_of(self.day, clock, now)


def moment_of(day: date, clock: time, now: datetime) -> datetime:
    """Return a local time as a moment.

    A time that a change of the clocks leaves out is the one that the clocks show instead: 2:30
    becomes 3:30. Of one that is there twice it is the first.
    """
    local = datetime.combine(day, clock, now.tzinfo)
    return local.astimezone(UTC).astimezone(now.tzinfo)
