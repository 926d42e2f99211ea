from typing import NamedTuple

from odoo import api, models

from ..core.principals import DENIED

_PEOPLE_SHOWN = 12


class AccessFact(NamedTuple):
    """One reason why a person sees a document or does not."""

    is_allowed: bool
    principal: str
    sentence: str
    source: models.Model | None = None


class OaDocument(models.Model):
    """Who sees a document and why, and why somebody does not: told from the same rules that decide."""

    _inherit = "oa.document"

    def _explain_access(self, user):
        """All reasons for and against; a person sees the document when there is one for and none against."""
        self.ensure_one()
        # Asked by somebody who sees the document; about a person who perhaps may see nothing.
        user_sudo, document_sudo = user.sudo(), self.sudo()
        facts = [AccessFact(False, f"u:{user.id}", sentence) for sentence in document_sudo._get_bars(user_sudo)]
        own = set(user_sudo._get_access_principals())
        for rule in document_sudo._get_access_rules():
            is_denied = rule.principal.startswith(DENIED)
            if rule.principal.removeprefix(DENIED) in own:
                source = rule.grant and rule.grant.with_env(self.env)._get_source()
                facts.append(AccessFact(not is_denied, rule.principal, self._name_rule(rule), source))
        return sorted(facts, key=lambda fact: fact.is_allowed)

    def _get_bars(self, user):
        """What keeps the person out whatever the rules of the document say."""
        name = user.name
        if not user.active:
            return [self.env._("%(person)s has no active account.", person=name)]
        bars = []
        if not self.env["ir.model.access"].with_user(user).check("oa.document", "read", raise_exception=False):
            bars.append(self.env._("%(person)s has no role that works with documents.", person=name))
        if self.company_id not in user.company_ids:
            bars.append(self.env._("%(person)s works in another administration.", person=name))
        return bars

    def _explain_refusal(self, user):
        """Why the person does not see the document, in sentences; empty when they do."""
        facts = self._explain_access(user)
        if sentences := [fact.sentence for fact in facts if not fact.is_allowed]:
            return sentences
        # As above.
        return [] if facts else self.sudo()._get_missing_reasons(user.sudo().name)

    def _get_missing_reasons(self, name):
        """What the person would need to see the document."""
        if self.access_level != "free":
            return [self.env._("The document is restricted and %(person)s is not among those to whom access is given.", person=name)]
        sentences = [self.env._("%(person)s has no task or grant for this document and no role with an overview.", person=name)]
        if self.unit_id:
            sentences.append(
                self.env._("%(person)s does not work in “%(unit)s” and does not head it.", person=name, unit=self.unit_id.name)
            )
        return sentences

    def _name_rule(self, rule):
        """The sentence of a rule."""
        grant = rule.grant
        if grant is None:
            return self._get_rule_names()[rule.name]
        facts = {
            "reason": grant.reason,
            "person": grant.granted_by_id.name,
            "day": self.env["ir.qweb.field.date"].value_to_html(grant.granted_at, {"format": "dd.MM.yyyy"}),
        }
        sentence = (
            self.env._("Denied by %(person)s on %(day)s: %(reason)s", **facts)
            if grant.is_denied
            else self.env._("Granted by %(person)s on %(day)s: %(reason)s", **facts)
        )
        if grant.until_on:
            day = self.env["ir.qweb.field.date"].value_to_html(grant.until_on, {"format": "dd.MM.yyyy"})
            sentence += self.env._(" (until %(day)s)", day=day)
        return sentence

    def _get_rule_names(self):
        """Hook: the sentences of the standing rules."""
        return {
            "author": self.env._("Author of the document"),
            "registered": self.env._("Registered the document"),
            "keeper": self.env._("Head registrar: keeps the registers and every number in them"),
            "overview": self.env._("Free access: role with an overview of the administration"),
            "office": self.env._("Free access: registry office in which it is registered"),
            "unit": self.env._("Free access: the document's unit and its line of heads"),
            "archive": self.env._("Free access: archivist, the case is closed"),
            "book": self.env._("Only the line of the book, without the document and its files: registry office in which it is registered"),
        }

    def get_access_facts(self):
        """Everything about who sees the document, for the screen: denials first."""
        self.ensure_one()
        self.check_access("read")
        rules = sorted(self._get_access_rules(), key=lambda rule: not rule.principal.startswith(DENIED))
        words = {rule.principal: rule.principal.removeprefix(DENIED) for rule in rules}
        names = self.env["oa.document.grant"]._name_principals(words.values())
        people = self._map_people(set(words.values()))
        denied = {user for rule in rules if rule.principal.startswith(DENIED) for user in people[words[rule.principal]]}
        return {
            "can_share": not self._get_share_blockers(),
            "rows": [self._describe_rule(rule, names[words[rule.principal]], people[words[rule.principal]], denied) for rule in rules],
        }

    def _map_people(self, words):
        """The persons behind each word."""
        # Whoever sees the document may know who else does.
        users = (
            self.env["res.users"].sudo().search([("company_ids", "in", self.sudo().company_id.ids), ("share", "=", False)], order="name")
        )
        held = users._map_access_principals()
        books = {word for word in words if word.startswith("m:")}
        return {word: [user for user in users if (f"o{word[1:]}" if word in books else word) in held[user.id]] for word in words}

    def _describe_rule(self, rule, name, people, denied):
        grant = rule.grant
        source = grant and grant.with_env(self.env)._get_source()
        is_denied = rule.principal.startswith(DENIED)
        return {
            "principal": rule.principal,
            "is_denied": is_denied,
            "is_book": rule.name == "book",
            "sort": rule.principal.removeprefix(DENIED)[0],
            "who": name,
            "people": [{"name": user.name, "is_denied": not is_denied and user in denied} for user in people[:_PEOPLE_SHOWN]],
            "more": max(0, len(people) - _PEOPLE_SHOWN),
            "rule": self._name_rule(rule),
            "source": {"model": source._name, "id": source.id, "name": source.display_name} if source else False,
            "grant_id": grant.id if grant else False,
            "can_withdraw": bool(grant) and not grant.with_env(self.env)._get_withdraw_blockers(),
        }

    def action_explain(self):
        """Ask about one person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why does somebody not see it?"),
            "res_model": "oa.document.explain",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    @api.model
    def _explain_to_refused(self, documents):
        """What a person who has no access may be told: why and whom to ask; neither number nor subject nor names of others."""
        user = self.env.user
        # The sentence tells the sort of the obstacle only.
        document_sudo = documents.sudo()[:1]
        if not document_sudo:
            return self.env._("You have no access to this record.")
        if document_sudo.company_id not in user.company_ids:
            return self.env._("The document belongs to another administration.")
        facts = document_sudo._explain_access(user)
        if any(not fact.is_allowed for fact in facts):
            reason = self.env._("You are explicitly denied access to this document.")
        elif document_sudo.access_level != "free":
            reason = self.env._("The document is restricted and you are not among those to whom access is given.")
        else:
            reason = self.env._("You have no task or grant for this document, it is not of your unit, and your role has no overview.")
        # Everybody may know who keeps the registers.
        keepers = self.env.ref("oa_registry.oa_registry_group_head_registrar").sudo().all_user_ids
        names = ", ".join(keepers.filtered(lambda keeper: document_sudo.company_id in keeper.company_ids and keeper.active).mapped("name"))
        whom = (
            self.env._("Ask the head registrar for access: %(names)s.", names=names)
            if names
            else self.env._("Ask the registry for access.")
        )
        return f"{reason}\n{whom}"
