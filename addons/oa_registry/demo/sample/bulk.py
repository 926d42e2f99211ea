"""Many rows at once: COPY without triggers; for very many the indexes are built afterwards."""

import io
import logging
from contextlib import contextmanager
from datetime import date, datetime

from odoo.tools import SQL

REBUILD_FROM = 30_000
"""From so many documents on, building the indexes anew is quicker than keeping them."""
_logger = logging.getLogger(__name__)
_NEVER_DEFAULT = {"id", "create_uid", "create_date", "write_uid", "write_date"}


class Table:
    """Rows of one model on their way into the database; a column that is not named gets the default of its field."""

    def __init__(self, model, *columns):
        self.cr, self.name, self.count = model.env.cr, model._table, 0
        known = [name for name in columns if name in model._fields]
        defaults = _get_defaults(model, columns)
        self._columns = ["id", *known, *defaults]
        self._places = [columns.index(name) for name in known] if len(known) < len(columns) else None
        self._tail = "".join(f"\t{write(value)}" for value in defaults.values()) + "\n"
        self._buffer = io.StringIO()

    def take_ids(self, count):
        """Ids for rows to come, so that rows may point to each other."""
        self.cr.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f"{self.name}_id_seq", count])
        return iter([row[0] for row in self.cr.fetchall()])

    def add(self, record_id, *values):
        if self._places is not None:
            values = [values[place] for place in self._places]
        self._buffer.write(f"{record_id}\t" + "\t".join(map(write, values)) + self._tail)
        self.count += 1

    def send(self):
        """Write what has been added since the last time."""
        self._buffer.seek(0)
        columns = ", ".join(f'"{name}"' for name in self._columns)
        self.cr.copy_expert(f'COPY "{self.name}" ({columns}) FROM STDIN', self._buffer)
        self._buffer = io.StringIO()


def _get_defaults(model, columns):
    """What the ORM would write into the other columns; the same for all rows."""
    others = [
        name for name, field in model._fields.items() if field.store and field.column_type and name not in {*columns, *_NEVER_DEFAULT}
    ]
    given = model.default_get(others)
    if missing := [name for name in others if model._fields[name].required and given.get(name) is None]:
        raise ValueError(f"{model._name}: the sample gives no value to {', '.join(missing)}")
    return {name: value for name, value in given.items() if name in others and value not in (None, False, "")}


def _write_text(value):
    # Sentences of the sample are clean; canonical records may hold backslashes.
    if "\\" in value or "\n" in value or "\t" in value:
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return value


def _write_array(value):
    return "{" + ",".join(f'"{item}"' for item in value) + "}"


_WRITERS = {
    str: _write_text, int: str, float: str, list: _write_array, tuple: _write_array, date: date.isoformat, datetime: str,
    bool: lambda value: "t" if value else "f", type(None): lambda _value: "\\N",
}  # fmt: skip


def write(value):
    """One value as COPY reads it."""
    return _WRITERS[type(value)](value)


@contextmanager
def without_triggers(cr):
    """Rows that are right by themselves need neither the checks of keys nor the refusals; unique indexes go on."""
    cr.execute("SET LOCAL session_replication_role = replica")
    yield
    cr.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def without_indexes(cr, tables, say):
    """Take indexes away that no constraint needs, and build them again afterwards."""
    cr.execute(
        """SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique ORDER BY 1""",
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for number, (name, definition) in enumerate(indexes, 1):
        say(f"index {number} of {len(indexes)}: {name}")
        cr.execute(definition)  # pylint: disable=sql-injection
