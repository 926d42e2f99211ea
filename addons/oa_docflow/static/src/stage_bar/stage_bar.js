import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The stages that this document goes through, with the one where it is now. */
export class StageBar extends Component {
    static template = "oa_docflow.StageBar";
    static props = { ...standardFieldProps };

    get stages() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("oa_stage_bar", {
    component: StageBar,
    displayName: _t("Stages of a document"),
    supportedTypes: ["json"],
});
