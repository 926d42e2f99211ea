"""The core's errors as sentences for people: what happened and what to do."""

from ..adapters import text_reader
from ..core.errors import RegistryError


def get_sentence(env, error: RegistryError) -> str:
    """Say in the reader's language what is wrong and what to do."""
    explain = next((function for prefix, function in _EXPLAIN.items() if error.code.startswith(prefix)), _explain_file)
    return explain(env, error.code, error.values)


def _explain_template(env, code, values):
    return {
        "template_empty": env._("Type a number template, for example {seq}/{dd.MM.yyyy}."),
        "template_too_long": env._("The number template is too long: use at most %(limit)s characters.", limit=values.get("limit")),
        "template_brace": env._("A brace of the number template has no pair. Close every {token}."),
        "template_token": env._(
            "{%(token)s} is not a known token. Use: %(allowed)s.", token=values.get("token"), allowed=values.get("allowed")
        ),
        "template_sequence": env._("The number template must hold the sequence {seq} exactly once."),
        "template_year": env._("A register that begins anew each year needs the year in its number: add {yyyy} or {dd.MM.yyyy}."),
        "template_series": env._(
            "Each series needs its own numbers: add {%(token)s} to the template, or two of them will give the same number.",
            token=values.get("token"),
        ),
        "template_value": env._("The number needs a value for {%(token)s}. Fill it in the document.", token=values.get("token")),
    }[code]


def _explain_file(env, code, values):
    name = values.get("name")
    return {
        "file_name": env._("The file has no name. Choose it again."),
        "file_empty": env._("The file “%(name)s” is empty (0 bytes) and was not stored. Check it and choose it again.", name=name),
        "file_too_big": env._(
            "The file “%(name)s” is %(size)s MB and the limit is %(limit)s MB. It was not stored: scan at a lower resolution or split it.",
            name=name,
            size=values.get("size"),
            limit=values.get("limit"),
        ),
        "file_not_pdf": env._(
            "The file “%(name)s” is named PDF but its content is not PDF. It was not stored: save it again as PDF.", name=name
        ),
        "file_cut_pdf": env._("The PDF “%(name)s” is cut off or damaged and was not stored. Make or scan it again.", name=name),
        "file_encrypted": env._(
            "The PDF “%(name)s” is protected by a password and was not stored. Remove the protection or ask the sender for an open copy.",
            name=name,
        ),
        "file_other_type": env._(
            "The content of “%(name)s” is not what its name says: it is %(type)s. It was not stored: give it its true name.",
            name=name,
            type=_name_type(env, values.get("type", "")),
        ),
        "file_virus": env._("A virus was found in “%(name)s”: %(virus)s. The file was not stored.", name=name, virus=values.get("virus")),
        "file_unchecked": env._(
            "“%(name)s” could not be checked for viruses and was not stored. Try again; tell the administrator.", name=name
        ),
        "file_program": env._("The file “%(name)s” is a program and was not stored. Only documents are accepted.", name=name),
    }[code]


def _explain_foreign(env, code, values):
    return {
        "mail_too_deep": env._("The letter has parts inside parts without end and was not opened. The original is kept."),
        "mail_too_wide": env._("The letter has too many parts and was not opened. The original is kept."),
        "foreign_damaged": env._("The file is damaged and cannot be read. The original is kept."),
        "foreign_no_program": env._(
            "This machine lacks %(package)s, without which the file cannot be read. The administrator installs it; the original is kept.",
            package=values.get("name"),
        ),
        "foreign_too_long": env._("Reading it took too long and was stopped. The original is kept."),
        "foreign_too_hard": env._("It cannot be read within the limits of memory and time. The original is kept."),
    }[code]


def _explain_configuration(env, code, values):
    return {
        "configuration_too_big": env._("The file is too big to be a file of settings."),
        "configuration_unreadable": env._("The file cannot be read. Choose the file that “Export the configuration” gave."),
        "configuration_foreign": env._("This is no file of settings. Choose the file that “Export the configuration” gave."),
        "configuration_version": env._("The file is of another version (%(version)s) of the system.", version=values.get("version")),
        "configuration_shape": env._("The file of settings is damaged: its parts are not in their places."),
    }[code]


_EXPLAIN = {"template": _explain_template, "configuration": _explain_configuration, "mail_": _explain_foreign, "foreign_": _explain_foreign}


def _name_type(env, mimetype):
    family = mimetype.partition("/")[0]
    by_type = {"application/pdf": "PDF", "application/zip": "ZIP", "application/xml": "XML", "message/rfc822": env._("an e-mail")}
    by_family = {"image": env._("a picture"), "text": env._("plain text")}
    if mimetype.startswith(("application/vnd.", "application/msword")):
        return env._("an office document of another type")
    return by_type.get(mimetype) or by_family.get(family) or env._("something unknown")


def get_text_reason(env, state, reason):
    """Say what is known of the text of a file; nothing when it is there."""
    if state == "waiting":
        return env._("The text is being read.")
    if state == "scan":
        missing = text_reader.list_missing_programs()
        if missing:
            return env._("A scan: its text is not recognised, because this machine lacks %(packages)s.", packages=", ".join(missing))
        return env._("A scan: its text is being recognised.")
    if state == "empty":
        return env._("There is no text in the file.")
    if state == "failed":
        return {
            "limit": env._("The text was not read: the file takes too much time or memory."),
            "bomb": env._("The text was not read: the file unpacks to far more than it says."),
            "entities": env._("The text was not read: the XML brings definitions of its own."),
            "no_file": env._("The text was not read: the content of the file is missing."),
        }.get(reason, env._("The text was not read: the file is damaged."))
    return ""
