"""Locks that no RPC client can open.

`MOVE` is an identity: whoever holds this object may change a state, and only the methods that move records hold it.
The triggers say the same to SQL for what must never change.
"""

from odoo.tools import SQL

MOVE = object()
_CONTEXT_KEY = "oa_docflow_move"


def moving(records):
    """The same records, allowed to change their state."""
    return records.with_context(**{_CONTEXT_KEY: MOVE})


def still(records):
    """The same records without the permission, for code that must not inherit it."""
    return records.with_context(**{_CONTEXT_KEY: None})


def is_moving(env) -> bool:
    return env.context.get(_CONTEXT_KEY) is MOVE


def refuse_changes(cr, table, columns=(), when="TRUE"):
    """Refuse UPDATE (of these columns) and DELETE of rows of this table for which `when` holds, and TRUNCATE."""
    name = f"{table}_immutable"
    of_columns = SQL("OF %s", SQL(", ").join(SQL.identifier(column) for column in columns)) if columns else SQL()
    condition = SQL(when)  # a literal of the calling model, never a value from outside
    cr.execute(SQL("""
        CREATE OR REPLACE FUNCTION oa_docflow_refuse_change() RETURNS trigger AS $$
        BEGIN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
                MESSAGE = 'oa_docflow: ' || TG_OP || ' of ' || TG_TABLE_NAME || ' is refused, this record is a fact';
        END $$ LANGUAGE plpgsql;
    """))
    for suffix, event, row in (
        ("update", SQL("UPDATE %s", of_columns), SQL("FOR EACH ROW WHEN (%s)", condition)),
        ("delete", SQL("DELETE"), SQL("FOR EACH ROW WHEN (%s)", condition)),
        ("truncate", SQL("TRUNCATE"), SQL("FOR EACH STATEMENT")),
    ):
        trigger, target = SQL.identifier(f"{name}_{suffix}"), SQL.identifier(table)
        cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, target))
        cr.execute(SQL(
            "CREATE TRIGGER %s BEFORE %s ON %s %s EXECUTE FUNCTION oa_docflow_refuse_change()", trigger, event, target, row,
        ))
