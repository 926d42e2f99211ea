from odoo import fields, models
from odoo.tools import SQL

from ..core.lifecycle import OPEN_TASK_STATES
from .oa_resolution import RESOLUTION_TYPES
from .oa_task import TASK_STATES

PERSON = "oa_docflow.oa_docflow_group_person_figures"
"""Who may see figures by person; without it nobody is ranked."""
UNIT_OF_PERSON = SQL("""
    SELECT DISTINCT ON (e.user_id, e.company_id) e.user_id, e.company_id, v.department_id
    FROM hr_employee e JOIN hr_version v ON v.id = e.current_version_id
    WHERE e.user_id IS NOT NULL ORDER BY e.user_id, e.company_id, e.id
""")
TODAY = SQL("(now() AT TIME ZONE 'Europe/Sofia')::date")


class OaFigureWork(models.Model):
    """How much work is where: one row for each task and each waiting step, without its document."""

    _name = "oa.figure.work"
    _description = "Workload"
    _auto = False
    _order = "given_on desc, id desc"
    _rec_name = "unit_id"

    company_id = fields.Many2one("res.company", "Administration", readonly=True)
    unit_id = fields.Many2one("hr.department", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True, groups=PERSON)
    sort = fields.Selection([("task", "Task"), ("step", "Step of a route")], "What", readonly=True)
    type = fields.Selection(RESOLUTION_TYPES, "Resolution", readonly=True)
    state = fields.Selection(TASK_STATES, readonly=True)
    given_on = fields.Date("Given on", readonly=True)
    due_on = fields.Date("Term", readonly=True)
    open_count = fields.Integer("Open", readonly=True)
    late_count = fields.Integer("Overdue", readonly=True)
    done_count = fields.Integer("Done", readonly=True)
    done_late_count = fields.Integer("Done after the term", readonly=True)
    substitute_percent = fields.Float("By substitutes, %", readonly=True, aggregator="avg", digits=(5, 1))

    @property
    def _table_query(self):
        is_open = SQL("t.state IN %s", tuple(sorted(OPEN_TASK_STATES)))
        return SQL(
            """
            WITH unit AS (%(unit)s), work AS (
                SELECT t.id * 2 AS id, t.company_id, t.responsible_id AS user_id, 'task' AS sort, r.type, t.state,
                    (t.create_date AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date AS given_on, t.due_on,
                    (%(is_open)s)::int AS open_count, (%(is_open)s AND t.due_on < %(today)s)::int AS late_count,
                    (t.state IN ('confirmed', 'confirmed_late'))::int AS done_count, (t.state = 'confirmed_late')::int AS done_late_count,
                    CASE WHEN r.substitution_id IS NULL THEN 0.0 ELSE 100.0 END AS substitute_percent
                FROM oa_task t LEFT JOIN oa_resolution r ON r.id = t.resolution_id
                WHERE t.state NOT IN ('redirected', 'withdrawn')
                UNION ALL
                SELECT s.id * 2 + 1, s.company_id, s.user_id, 'step', NULL, NULL,
                    (s.waiting_since AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date, s.due_on,
                    (s.state = 'waiting')::int, (s.state = 'waiting' AND s.due_on < %(today)s)::int,
                    (s.acted_at IS NOT NULL)::int,
                    (s.acted_at IS NOT NULL AND (s.acted_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date > s.due_on)::int,
                    CASE WHEN s.substitution_id IS NULL THEN 0.0 ELSE 100.0 END
                FROM oa_route_step s WHERE s.waiting_since IS NOT NULL AND s.user_id IS NOT NULL
            )
            SELECT work.*, unit.department_id AS unit_id
            FROM work LEFT JOIN unit ON unit.user_id = work.user_id AND unit.company_id = work.company_id
            """,
            unit=UNIT_OF_PERSON, is_open=is_open, today=TODAY,
        )  # fmt: skip
