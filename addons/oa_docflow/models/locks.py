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


def refuse_changes(cr, table, when="TRUE"):
    """Refuse UPDATE and DELETE of rows of this table for which `when` holds, and TRUNCATE."""
    condition = SQL("FOR EACH ROW WHEN (%s)", SQL(when))  # a literal of the calling model, never a value from outside
    _create_trigger(cr, table, "update", SQL("UPDATE"), condition)
    _create_trigger(cr, table, "delete", SQL("DELETE"), condition)
    _create_trigger(cr, table, "truncate", SQL("TRUNCATE"), SQL("FOR EACH STATEMENT"))


def refuse_update(cr, table, when):
    """Refuse an UPDATE of rows for which `when` holds; it may name OLD and NEW."""
    _create_trigger(cr, table, "update", SQL("UPDATE"), SQL("FOR EACH ROW WHEN (%s)", SQL(when)))


def _create_trigger(cr, table, suffix, event, condition):
    cr.execute(
        SQL("""
        CREATE OR REPLACE FUNCTION oa_docflow_refuse_change() RETURNS trigger AS $$
        BEGIN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
                MESSAGE = 'oa_docflow: ' || TG_OP || ' of ' || TG_TABLE_NAME || ' is refused, this record is a fact';
        END $$ LANGUAGE plpgsql
    """)
    )
    cr.execute(
        SQL(
            "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s %s EXECUTE FUNCTION oa_docflow_refuse_change()",
            SQL.identifier(f"{table}_docflow_{suffix}"),
            event,
            SQL.identifier(table),
            condition,
        )
    )
