from odoo.http import request


def answer_pdf(data, name):
    """A PDF for the browser that nobody else keeps."""
    return request.make_response(
        data,
        [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", f'inline; filename="{name}"'),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ],
    )
