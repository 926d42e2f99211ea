"""Acts that count when the person has signed them.

`OaStepRecord._write_acts` is the one place where acts are recorded, and it records no act that asks for a person's signature without
one. A verb that people press is marked with `@person_signs`. Where a level is asked, the verb is tried out inside a savepoint: what it
would record is kept as a prepared record together with the wish (verb and arguments), everything else is taken back, and the answer is
the signing dialog. The signature does the verb again, for good, and what it records then has to be, letter by letter, what was signed.
"""

from datetime import date
from functools import wraps

from odoo import fields, models
from odoo.tools import groupby

from ..core.levels import PERSONAL_LEVELS

KEY = "oa_docflow_signed_act"
_CONTEXT = ("lang", "tz", "allowed_company_ids")
"""What of the person's context may stand in the words of an act."""
_DOCUMENT_FIELD = {"oa.document": "id", "oa.substitution": "order_id"}


class Trial:
    """What a verb would record, while it is tried out."""

    def __init__(self):
        self.rows = []


class Signed:
    """The record that the person has signed, while its verb is done."""

    def __init__(self, record):
        self.record, self.is_done = record, False


class _TakenBackError(Exception):
    """Leaves the savepoint of a trial."""


def get_signing(env):
    """The trial or the signed record of this call, or nothing; no RPC client can send either."""
    found = env.context.get(KEY)
    return found if isinstance(found, Trial | Signed) else None


def person_signs(verb):
    """Mark a verb: where its acts ask for the person's signature, they wait for it. The verb answers with an action then."""

    @wraps(verb)
    def run(self, *args, **kwargs):
        if get_signing(self.env) or not _may_ask(self, verb.__name__):
            return verb(self, *args, **kwargs)
        prepared, answer = try_out(self, verb.__name__, args, kwargs)
        return prepared.action_sign() if prepared else answer

    run.is_signed_by_person = True
    return run


def try_out(records, name, args, kwargs):
    """Do the verb, or prepare what the person has to sign before: the prepared records, or the verb's answer."""
    trial = Trial()
    try:
        with records.env.cr.savepoint():
            answer = getattr(records.with_context(**{KEY: trial}), name)(*args, **kwargs)
            if trial.rows:
                raise _TakenBackError
    except _TakenBackError:
        _forget(records.env.registry)
        wishes = _write_wishes(records, name, args, kwargs)
        return records.env["oa.step.record"]._prepare(trial.rows, wishes), None
    is_known = isinstance(answer, models.BaseModel)
    return records.env["oa.step.record"], answer.with_context(**{KEY: None}) if is_known else answer


def do_wish(wish, env, signed=None):
    """Do what the person wished, with the signed record of it; or try it anew and return what is prepared."""
    records = env[wish["model"]].browse(wish["ids"]).with_context(**wish["context"])
    verb = getattr(type(records), wish["verb"])
    assert verb.is_signed_by_person
    args, kwargs = _decode(wish["args"], records.env), _decode(wish["kwargs"], records.env)
    if signed:
        try:
            verb(records.with_context(**{KEY: signed}), *args, **kwargs)
        except Exception:
            # Whoever signs several acts goes on with the next one.
            _forget(env.registry)
            raise
        return env["oa.step.record"]
    return try_out(records, wish["verb"], args, kwargs)[0]


def dialog_of(answer):
    """The signing dialog, when the verb answers with it: for wizards, which would close."""
    return answer if isinstance(answer, dict) else None


def _forget(registry):
    """What was cached after a change that is taken back, such as who acts for whom, is not true."""
    if registry.cache_invalidated:
        registry.clear_cache(*registry.cache_invalidated)


def _may_ask(records, name):
    # Which signature is asked for is known to whoever acts.
    return not _documents_of(records.sudo())._list_asked_levels(name).isdisjoint(PERSONAL_LEVELS)


def _documents_of(records):
    field = _DOCUMENT_FIELD.get(records._name, "document_id")
    return records if field == "id" else records[field]


def _write_wishes(records, name, args, kwargs):
    """For each document the wish to do the verb on its own records."""
    context = {key: records.env.context[key] for key in _CONTEXT if key in records.env.context}
    said = {"model": records._name, "verb": name, "args": _encode(args), "kwargs": _encode(kwargs), "context": context}
    # As above: only which record belongs to which document is asked.
    return {
        document.id: {**said, "ids": [record.id for record in own]}
        for document, own in groupby(records, lambda record: _documents_of(record.sudo()))
    }


def _encode(value):
    if isinstance(value, models.BaseModel):
        return {"records": value._name, "ids": value.ids}
    if isinstance(value, date):
        return {"day": fields.Date.to_string(value)}
    if isinstance(value, dict):
        return {"dict": {key: _encode(item) for key, item in value.items()}}
    return [_encode(item) for item in value] if isinstance(value, list | tuple) else value


def _decode(value, env):
    if isinstance(value, list):
        return [_decode(item, env) for item in value]
    if not isinstance(value, dict):
        return value
    if "records" in value:
        return env[value["records"]].browse(value["ids"])
    if "day" in value:
        return fields.Date.to_date(value["day"])
    return {key: _decode(item, env) for key, item in value["dict"].items()}
