import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The document as a PDF, rendered when the person asks for it; unsaved text is saved first. */
export class PdfPreview extends Component {
    static template = "oa_docflow.PdfPreview";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ version: 0 });
    }

    get url() {
        const file = `/oa_docflow/document/${this.props.record.resId}/preview?v=${this.state.version}`;
        return `/web/static/lib/pdfjs/web/viewer.html?file=${encodeURIComponent(file)}#pagemode=none&zoom=page-width`;
    }

    async onClickRefresh() {
        if (await this.props.record.save()) {
            this.state.version = Date.now();
        }
    }
}

registry.category("view_widgets").add("oa_pdf_preview", { component: PdfPreview });
