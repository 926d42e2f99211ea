from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, content_disposition, request, route

from ..adapters.mail_page import POLICY


class RegistryController(Controller):
    """Bytes in and out of the registry; each way checks access and leaves a row in the journal."""

    @route("/oa/file/<int:file_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def open_file(self, file_id, download=None, **_ignored):
        file = request.env["oa.document.file"].browse(file_id)
        if not file.has_access("read") or not file.exists():
            return request.not_found()
        try:
            stream = file._get_stream()
        except UserError as error:
            return request.make_response(str(error.args[0]), [("Content-Type", "text/plain; charset=utf-8")], status=409)
        return stream.get_response(
            as_attachment=bool(download), content_security_policy="default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
        )

    @route("/oa/file/<int:file_id>/text", type="http", auth="user", methods=["GET"], readonly=False)
    def open_text(self, file_id, **_ignored):
        file = request.env["oa.document.file"].browse(file_id)
        if not file.has_access("read") or not file.exists():
            return request.not_found()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        return request.make_response(file._open_text(), headers)

    @route("/oa/file/<int:file_id>/mail", type="http", auth="user", methods=["GET"], readonly=False)
    def open_mail(self, file_id, **_ignored):
        file = request.env["oa.document.file"].browse(file_id)
        if not file.has_access("read") or not file.exists() or not (page := file._open_page()):
            return request.not_found()
        return request.make_response(page, [
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", f"{POLICY}; sandbox"),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ])  # fmt: skip

    @route("/oa/document/<int:document_id>/files", type="http", auth="user", methods=["POST"])
    def add_files(self, document_id, **_ignored):
        document = request.env["oa.document"].browse(document_id)
        outcome = [self._add_file(document, upload) for upload in request.httprequest.files.getlist("ufile")]
        return request.make_json_response(outcome)

    def _add_file(self, document, upload):
        try:
            with request.env.cr.savepoint():
                file = document._add_file(upload.filename, upload.read(), document._choose_upload_role())
            return {"name": upload.filename, "id": file.id}
        except (UserError, AccessError, MissingError) as error:
            return {"name": upload.filename, "error": str(error.args[0])}

    @route("/oa/export/<int:export_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def open_export(self, export_id, **_ignored):
        export = request.env["oa.register.export"].browse(export_id)
        if not export.has_access("read") or not export.exists() or export.state != "done":
            return request.not_found()
        return export._get_stream().get_response(as_attachment=export.format != "pdf")

    @route("/oa/case-export/<int:export_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def open_case_export(self, export_id, **_ignored):
        export = request.env["oa.case.export"].browse(export_id)
        if not export.has_access("read") or not export.exists() or export.state != "done" or not export.case_id.has_access("read"):
            return request.not_found()
        return export._get_stream().get_response(as_attachment=True)

    @route("/oa/document/<int:document_id>/trail", type="http", auth="user", methods=["GET"], readonly=False)
    def print_trail(self, document_id, **_ignored):
        document = request.env["oa.document"].browse(document_id).exists()
        if not document.has_access("read"):
            return request.not_found()
        name, data = document._make_trail()
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name, "inline"))]
        return request.make_response(data, headers)

    @route("/oa/configuration/<int:company_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def export_configuration(self, company_id, **_ignored):
        company, user = request.env["res.company"].browse(company_id), request.env.user
        if company not in user.company_ids or not user.has_group("oa_registry.oa_registry_group_administrator"):
            return request.not_found()
        name, data = request.env["oa.configuration"].with_context(allowed_company_ids=company.ids)._write_file(company)
        return request.make_response(data, [("Content-Type", "application/json"), ("Content-Disposition", content_disposition(name))])

    @route("/oa/scheme/<int:company_id>/<int:year>", type="http", auth="user", methods=["GET"], readonly=False)
    def print_scheme(self, company_id, year, **_ignored):
        company = request.env["res.company"].browse(company_id)
        if company not in request.env.user.company_ids or not request.env["oa.case.class"].has_access("read"):
            return request.not_found()
        name, data = request.env["oa.case.class"].with_context(allowed_company_ids=company.ids)._make_scheme(company, year)
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name, "inline"))]
        return request.make_response(data, headers)

    @route("/oa/case/<int:case_id>/contents", type="http", auth="user", methods=["GET"], readonly=False)
    def print_contents(self, case_id, **_ignored):
        case = request.env["oa.case"].browse(case_id).exists()
        if not case.has_access("read"):
            return request.not_found()
        name, data = case._make_contents()
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name, "inline"))]
        return request.make_response(data, headers)

    @route("/oa/closing/<int:closing_id>/<any(xml,pdf,tsr):kind>", type="http", auth="user", methods=["GET"], readonly=False)
    def open_closing(self, closing_id, kind, **_ignored):
        closing = request.env["oa.register.closing"].browse(closing_id)
        if not closing.has_access("read") or not closing.exists():
            return request.not_found()
        found = next(((name, data) for name, data in closing._list_files() if name.endswith(kind)), None)
        if not found:
            return request.not_found()
        content_type = {"xml": "application/xml", "pdf": "application/pdf", "tsr": "application/timestamp-token"}[kind]
        return request.make_response(found[1], [("Content-Type", content_type), ("Content-Disposition", content_disposition(found[0]))])

    @route("/oa/block/<int:block_id>/form", type="http", auth="user", methods=["GET"], readonly=False)
    def print_block(self, block_id, **_ignored):
        block = request.env["oa.register.block"].browse(block_id)
        if not block.has_access("read") or not block.exists():
            return request.not_found()
        name, data = block._print_form()
        return request.make_response(
            data, [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name, "inline"))]
        )

    @route("/oa/document/<int:document_id>/uri", type="http", auth="user", methods=["GET"], readonly=False)
    def open_uri(self, document_id, **_ignored):
        document = request.env["oa.document"].browse(document_id)
        found = document._get_uri_xml() if document.has_access("read") and document.exists() else None
        if not found:
            return request.not_found()
        return request.make_response(
            found[1], [("Content-Type", "application/xml"), ("Content-Disposition", content_disposition(found[0]))]
        )

    @route("/oa/intake/mail/<int:mail_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def open_letter(self, mail_id, **_ignored):
        mail = request.env["oa.intake.mail"].browse(mail_id)
        if not mail.has_access("read") or not mail.exists():
            return request.not_found()
        return mail._get_original().get_response(as_attachment=True)

    @route("/oa/labels", type="http", auth="user", methods=["GET"], readonly=False)
    def print_labels(self, documents="", format="roll", first="1", copies="1", **_ignored):
        ids = [int(item) for item in documents.split(",") if item.isdigit()]
        found = request.env["oa.document"].search([("id", "in", ids)])
        if not found or not first.isdigit() or not copies.isdigit() or format not in {"roll", "sheet"}:
            return request.not_found()
        name, data = found.browse(item for item in ids if item in found.ids)._print_labels(format, int(first), int(copies))
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name, "inline"))]
        return request.make_response(data, headers)

    @route("/oa/separator", type="http", auth="user", methods=["GET"])
    def print_separator(self, **_ignored):
        if not request.env["oa.scan.batch"].has_access("read"):
            return request.not_found()
        return request.make_response(request.env["oa.scan.batch"]._print_separator(), [("Content-Type", "application/pdf")])

    @route("/oa/scan/<any(batch,part):kind>/<int:record_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def open_scan(self, kind, record_id, **_ignored):
        record = request.env[f"oa.scan.{kind}"].browse(record_id)
        if not record.has_access("read") or not record.exists():
            return request.not_found()
        return record._get_stream().get_response(as_attachment=False)

    @route("/oa/delivery-book/<int:book_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def print_delivery_book(self, book_id, **_ignored):
        book = request.env["oa.delivery.book"].browse(book_id)
        if not book.has_access("read") or not book.exists():
            return request.not_found()
        name, data = book._print()
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name, "inline"))]
        return request.make_response(data, headers)
