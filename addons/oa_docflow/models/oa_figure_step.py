from odoo import fields, models
from odoo.tools import SQL

from .oa_figure_work import PERSON, UNIT_OF_PERSON
from .oa_procedure_step import STEP_ACTS

STAGES = [
    *[(act, label) for act, label in STEP_ACTS if act != "execute"],
    ("perform", "Step of a route"),
    ("execute", "Execution of a task"),
    ("confirm", "Acceptance of execution"),
]
PERCENTILES = {
    "waiting_median": ("waiting_hours", 0.5),
    "waiting_ninth": ("waiting_hours", 0.9),
    "working_median": ("working_hours", 0.5),
    "working_ninth": ("working_hours", 0.9),
}
"""Figures that no sum of sums can give: each group is computed from its rows."""
SEEN = ("view", "open_file", "download", "print", "accept")


class OaFigureStep(models.Model):
    """How long steps take: waiting until the person opens the document, working from then to the act."""

    _name = "oa.figure.step"
    _description = "Time of steps"
    _auto = False
    _order = "finished_on desc, id desc"
    _rec_name = "stage"

    company_id = fields.Many2one("res.company", "Administration", readonly=True)
    unit_id = fields.Many2one("hr.department", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True, groups=PERSON)
    procedure_id = fields.Many2one("oa.procedure", readonly=True)
    procedure_version = fields.Integer("Version of the procedure", readonly=True, aggregator=None)
    stage = fields.Selection(STAGES, "Step", readonly=True)
    finished_on = fields.Date("Done on", readonly=True)
    waiting_hours = fields.Float("Waiting: average, h", readonly=True, aggregator="avg", digits=(16, 1))
    working_hours = fields.Float("Working: average, h", readonly=True, aggregator="avg", digits=(16, 1))
    waiting_median = fields.Float("Waiting: median, h", readonly=True, aggregator="avg", digits=(16, 1))
    waiting_ninth = fields.Float("Waiting: 90 %, h", readonly=True, aggregator="avg", digits=(16, 1))
    working_median = fields.Float("Working: median, h", readonly=True, aggregator="avg", digits=(16, 1))
    working_ninth = fields.Float("Working: 90 %, h", readonly=True, aggregator="avg", digits=(16, 1))
    returned_percent = fields.Float("Returned, %", readonly=True, aggregator="avg", digits=(5, 1))
    late_percent = fields.Float("After the term, %", readonly=True, aggregator="avg", digits=(5, 1))
    substitute_percent = fields.Float("By substitutes, %", readonly=True, aggregator="avg", digits=(5, 1))

    def _read_group_select(self, aggregate_spec, query):
        """A median of a group is computed from the rows of the group, not from medians."""
        name = aggregate_spec.partition(":")[0]
        if name not in PERCENTILES:
            return super()._read_group_select(aggregate_spec, query)
        column, fraction = PERCENTILES[name]
        return SQL("percentile_cont(%s) WITHIN GROUP (ORDER BY %s)", fraction, self._field_to_sql(self._table, column, query))

    @property
    def _table_query(self):
        return SQL(
            """
            WITH unit AS (%(unit)s), done AS (
                SELECT s.id * 3 AS id, s.document_id, s.company_id, s.user_id, s.acted_by_id AS actor_id, r.procedure_id,
                    r.procedure_version,
                    CASE s.act WHEN 'execute' THEN 'perform' ELSE s.act END AS stage,
                    s.waiting_since AS began_at, s.acted_at AS ended_at, s.due_on, s.state = 'returned' AS is_returned,
                    s.substitution_id IS NOT NULL AS is_substituted
                FROM oa_route_step s JOIN oa_route r ON r.id = s.route_id
                WHERE s.acted_at IS NOT NULL AND s.waiting_since IS NOT NULL
                UNION ALL
                SELECT t.id * 3 + 1, t.document_id, t.company_id, t.responsible_id, t.responsible_id, d.procedure_id, NULL, 'execute',
                    t.create_date, t.reported_at, t.due_on, t.return_reason IS NOT NULL, FALSE
                FROM oa_task t JOIN oa_document d ON d.id = t.document_id
                WHERE t.reported_at IS NOT NULL AND t.state NOT IN ('redirected', 'withdrawn')
                UNION ALL
                SELECT t.id * 3 + 2, t.document_id, t.company_id, t.assigner_id, t.assigner_id, d.procedure_id, NULL, 'confirm',
                    t.reported_at, t.confirmed_at, NULL, FALSE, FALSE
                FROM oa_task t JOIN oa_document d ON d.id = t.document_id
                WHERE t.reported_at IS NOT NULL AND t.confirmed_at IS NOT NULL
            ), timed AS (
                SELECT done.*, COALESCE((
                    SELECT min(j.at) FROM oa_journal_entry j
                    WHERE j.document_id = done.document_id AND j.user_id = done.actor_id AND j.action IN %(seen)s
                        AND j.at BETWEEN done.began_at AND done.ended_at), done.ended_at) AS opened_at
                FROM done
            ), hours AS (
                SELECT timed.*, GREATEST(EXTRACT(EPOCH FROM opened_at - began_at), 0) / 3600.0 AS waiting,
                    GREATEST(EXTRACT(EPOCH FROM ended_at - opened_at), 0) / 3600.0 AS working
                FROM timed
            )
            SELECT h.id, h.company_id, unit.department_id AS unit_id, h.user_id, h.procedure_id, h.procedure_version, h.stage,
                (h.ended_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date AS finished_on,
                waiting AS waiting_hours, working AS working_hours, waiting AS waiting_median, waiting AS waiting_ninth,
                working AS working_median, working AS working_ninth,
                CASE WHEN is_returned THEN 100.0 ELSE 0.0 END AS returned_percent,
                CASE WHEN (h.ended_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Sofia')::date > h.due_on
                    THEN 100.0 ELSE 0.0 END AS late_percent,
                CASE WHEN is_substituted THEN 100.0 ELSE 0.0 END AS substitute_percent
            FROM hours h LEFT JOIN unit ON unit.user_id = h.user_id AND unit.company_id = h.company_id
            """,
            unit=UNIT_OF_PERSON, seen=SEEN,
        )  # fmt: skip
