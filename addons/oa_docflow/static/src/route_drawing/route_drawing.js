import { Component } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    done: "fa-check",
    waiting: "fa-hourglass-half",
    returned: "fa-undo",
    planned: "fa-circle-o",
    cancelled: "fa-minus",
};

/** The way of a document: who, when, done, waiting or returned. */
export class RouteDrawing extends Component {
    static template = "oa_docflow.RouteDrawing";
    static props = { ...standardFieldProps };

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    getIcon(step) {
        return ICONS[step.state] || ICONS.planned;
    }

    getMoment(step) {
        if (step.when) {
            return formatDateTime(deserializeDateTime(step.when), { format: "dd.MM.yyyy HH:mm" });
        }
        if (step.until && step.state === "waiting") {
            return _t("until %s", formatDate(deserializeDate(step.until)));
        }
        return "";
    }
}

registry.category("fields").add("oa_route_drawing", {
    component: RouteDrawing,
    displayName: _t("Route drawing"),
    supportedTypes: ["json"],
});
