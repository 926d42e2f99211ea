"""What may be wrong with a DOCX or ODT, as sentences for people."""

from odoo.exceptions import UserError

from ..core.template_fields import describe_known


def refuse_office(env, error):
    """The error of the adapter as one that people read."""
    return UserError(_get_sentence(env, error.code, error.detail))


def get_missing_sentence(env, package):
    return env._(
        "This machine has no LibreOffice, so a DOCX or ODT gives no PDF. The administrator installs the package %(package)s.",
        package=package,
    )


def get_unknown_sentence(env, names):
    return env._(
        "The template uses fields that are not known: %(names)s.\nKnown fields:\n%(known)s", names=", ".join(names), known=describe_known()
    )


def _get_sentence(env, code, detail):
    if code == "office_missing":
        return get_missing_sentence(env, detail)
    return {
        "office_too_big": env._("The file unpacks to far more than a document needs. Save it again without large pictures."),
        "office_encrypted": env._("The file is protected by a password. Save it without one."),
        "office_damaged": env._("The file is damaged or is no document. Open it, save it as DOCX or ODT and choose it again."),
        "office_other_type": env._("Only DOCX and ODT are taken here. Save the document in one of these formats."),
        "office_macros": env._("The file contains macros. Save it as a document without macros (.docx or .odt)."),
        "office_embedded": env._("The file contains other files inside it. Remove the embedded objects or paste them as pictures."),
        "office_outside": env._(
            "The file takes content from another place (linked pictures, sections or data). Put it into the document itself."
        ),
        "office_syntax": env._("A field or a condition of the template is not written right: %(detail)s", detail=detail),
        "office_unknown": env._("The template asks for something that is not known: %(detail)s", detail=detail),
        "office_too_hard": env._("The document could not be made within the limits of time and memory. Make it simpler and try again."),
        "office_no_pdf": env._("LibreOffice gave no PDF/A of this document. Open it, save it anew and choose it again."),
    }[code]
