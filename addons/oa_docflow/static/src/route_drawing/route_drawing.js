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
    skipped: "fa-angle-double-down",
    spared: "fa-angle-double-down",
};
const STATES = {
    done: _t("done"),
    waiting: _t("waiting"),
    returned: _t("returned"),
    planned: _t("planned"),
    cancelled: _t("not reached"),
    skipped: _t("not needed here"),
    spared: _t("others have acted"),
};
const MOMENT = { format: "dd.MM.yyyy HH:mm" };

/** The way of a document or procedure: who, when, done, waiting or returned; those who act side by side stand in one frame. */
export class RouteDrawing extends Component {
    static template = "oa_docflow.RouteDrawing";
    static props = { ...standardFieldProps };

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get places() {
        const places = [];
        for (const step of this.steps) {
            const last = places.at(-1);
            if (step.place && last && last.place === step.place) {
                last.steps.push(step);
            } else {
                places.push({ key: step.key, place: step.place, rule: step.place ? step.rule : "", steps: [step] });
            }
        }
        return places;
    }

    getIcon(step) {
        return ICONS[step.state] || ICONS.planned;
    }

    getState(step) {
        return STATES[step.state] || STATES.planned;
    }

    getFacts(step) {
        const facts = [];
        if (step.act && step.act !== step.name) {
            facts.push({ text: step.act });
        }
        const moment = this.getMoment(step);
        if (moment) {
            facts.push({ text: moment, class: "o_oa_route_when" });
        } else if (step.term && step.state === "planned") {
            facts.push({ text: step.term });
        }
        if (step.condition && ["planned", "skipped"].includes(step.state)) {
            facts.push({ text: step.condition, class: "fst-italic" });
        }
        return facts;
    }

    getMoment(step) {
        if (step.when) {
            return formatDateTime(deserializeDateTime(step.when), MOMENT);
        }
        if (step.state !== "waiting") {
            return "";
        }
        if (step.until_at) {
            return _t("until %s", formatDateTime(deserializeDateTime(step.until_at), MOMENT));
        }
        return step.until ? _t("until %s", formatDate(deserializeDate(step.until))) : "";
    }
}

registry.category("fields").add("oa_route_drawing", {
    component: RouteDrawing,
    displayName: _t("Route drawing"),
    supportedTypes: ["json"],
});
