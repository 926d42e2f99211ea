"""What PostgreSQL itself refuses, whoever asks: the last lock behind the ORM's guards."""

from odoo.tools import SQL


def refuse_change(cr, table):
    """Let rows of the table be added only."""
    cr.execute("""
        CREATE OR REPLACE FUNCTION oa_registry_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'Rows of % are added and never changed (% refused)', TG_TABLE_NAME, TG_OP;
        END $$
    """)
    for suffix, event in (("row", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
        create_trigger(cr, table, suffix, event, "oa_registry_refuse_change", "STATEMENT")


def create_trigger(cr, table, suffix, event, function, level="ROW", condition=None, arguments=()):  # noqa: PLR0913
    """Create or replace one BEFORE trigger named after the table."""
    cr.execute(
        SQL(
            "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH %s %s EXECUTE FUNCTION %s(%s)",
            SQL.identifier(f"{table}_refuse_{suffix}"),
            SQL(event),
            SQL.identifier(table),
            SQL(level),
            SQL("WHEN (%s)", SQL(condition)) if condition else SQL(),
            SQL.identifier(function),
            SQL(", ").join(SQL("%s", argument) for argument in arguments),
        )
    )
