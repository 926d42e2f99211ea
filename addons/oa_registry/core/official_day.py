"""The day and the clock of Bulgaria, whatever the server's clock says."""

from datetime import UTC, date, datetime, time, timedelta

from .numbering import OFFICIAL_ZONE


def get_day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of an official day and of the next one, naive UTC as Odoo keeps moments."""
    first, last = (datetime.combine(moment, time.min, OFFICIAL_ZONE).astimezone(UTC) for moment in (day, day + timedelta(days=1)))
    return first.replace(tzinfo=None), last.replace(tzinfo=None)


def write_moment(moment: datetime) -> str:
    """A naive moment in UTC, to the second."""
    return f"{moment.isoformat(timespec='seconds')}Z"


def show_moment(text: str) -> str:
    """What `write_moment` wrote, by the clock on the wall in Bulgaria."""
    return f"{datetime.fromisoformat(text).astimezone(OFFICIAL_ZONE):%d.%m.%Y %H:%M:%S}"
