from odoo import api, models, tools

FUNCTIONS = [
    ("author", "Author"),
    ("unit_head", "Head of the author's unit"),
    ("director", "Director of the directorate"),
    ("lawyer", "Chief legal adviser"),
    ("secretary_general", "Secretary General"),
    ("governor", "Regional governor"),
    ("clerk", "Registry clerk"),
    ("job", "Named position"),
    ("financial_controller", "Financial controller"),
]
STEP_FUNCTIONS = [
    *FUNCTIONS,
    ("unit", "Everybody of a unit"),
    ("persons", "Named persons"),
    ("chosen", "Chosen by the author at the start"),
]
"""A step may also be taken by several people."""

GROUP_OF_FUNCTION = {
    "lawyer": "oa_docflow.oa_docflow_group_lawyer",
    "secretary_general": "oa_docflow.oa_docflow_group_secretary_general",
    "governor": "oa_docflow.oa_docflow_group_governor",
    "clerk": "oa_registry.oa_registry_group_clerk",
    "director": "oa_docflow.oa_docflow_group_director",
    "financial_controller": "oa_docflow.oa_docflow_group_financial_controller",
}


class OaFunction(models.AbstractModel):
    """Who plays a part: the one place that turns a function into a person."""

    _name = "oa.function"
    _description = "Function of an actor"

    @api.model
    def _find_user(self, function, company, author=None, job=None):
        """The person of this function in this administration, or an empty recordset."""
        if function == "author":
            return author or self.env["res.users"]
        if function in ("unit_head", "director"):
            return self._find_head(author, company, only_director=function == "director")
        if function == "job":
            return self._find_by_job(job, company)
        return self._find_by_group(GROUP_OF_FUNCTION[function], company)

    @api.model
    def _get_name(self, user):
        # Who a colleague is may be said to everybody who asks whose turn it is.
        return user.sudo().name or ""

    @api.model
    def _find_head(self, author, company, *, only_director):
        # Who heads which unit is known to everybody; the personnel file behind it is not.
        employee = author.sudo().with_company(company).employee_id if author else author
        if not employee:
            return self.env["res.users"]
        director_group = self.env.ref(GROUP_OF_FUNCTION["director"])
        department = employee.department_id
        while department:
            head = department.manager_id.user_id
            if head and head != author and (not only_director or director_group in head.all_group_ids):
                return self.env["res.users"].browse(head.id)
            department = department.parent_id
        return self.env["res.users"].browse(employee.parent_id.user_id.id)

    @api.model
    def _find_by_job(self, job, company):
        # Positions are public, personnel files are not.
        employees_sudo = self.env["hr.employee"].sudo()
        domain = [("job_id", "=", job.id if job else 0), ("company_id", "=", company.id), ("user_id", "!=", False)]
        return self.env["res.users"].browse(employees_sudo.search(domain, limit=1).user_id.id)

    @api.model
    def _find_unit_people(self, unit, company):
        # Who works in which unit is known to everybody, personnel files are not.
        employees_sudo = self.env["hr.employee"].sudo()
        domain = [("department_id", "child_of", unit.ids), ("company_id", "=", company.id), ("user_id.active", "=", True)]
        return self.env["res.users"].browse(employees_sudo.search(domain, order="id").user_id.ids)

    @api.model
    def _find_by_group(self, group_xmlid, company):
        return self.env["res.users"].browse(self._find_id_by_group(group_xmlid, company.id))

    @api.model
    @tools.ormcache("group_xmlid", "company_id")
    def _find_id_by_group(self, group_xmlid, company_id):
        """Whoever holds the group itself comes before those who have it through another one; users and groups clear the cache."""
        # Ordinary employees may not list the members of groups.
        group_sudo = self.env.ref(group_xmlid).sudo()
        domain = [("all_group_ids", "in", group_sudo.ids), ("company_id", "=", company_id)]
        users_sudo = self.env["res.users"].sudo().search(domain, order="id")
        holders = users_sudo.filtered(lambda user: group_sudo in user.group_ids)
        return (holders or users_sudo)[:1].id
