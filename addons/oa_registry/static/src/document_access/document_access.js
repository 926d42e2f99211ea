import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Who sees the document and why: denials first, each with the persons behind it and the rule it follows from. */
export class DocumentAccess extends Component {
    static template = "oa_registry.DocumentAccess";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ rows: [], canShare: false });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((next) => this.load(next.record.resId));
    }

    async load(documentId) {
        if (!documentId) {
            return;
        }
        const facts = await this.orm.silent.call("oa.document", "get_access_facts", [[documentId]]);
        Object.assign(this.state, { rows: facts.rows, canShare: facts.can_share });
    }

    get documentId() {
        return this.props.record.resId;
    }

    async ask(method) {
        this.openDialog(await this.orm.call("oa.document", method, [[this.documentId]]));
    }

    async withdraw(row) {
        this.openDialog(await this.orm.call("oa.document.grant", "action_withdraw", [[row.grant_id]]));
    }

    openDialog(action) {
        this.action.doAction(action, { onClose: () => this.load(this.documentId) });
    }

    openSource(source) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: source.model,
            res_id: source.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("oa_document_access", { component: DocumentAccess });
