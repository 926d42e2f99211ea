import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Asks for one part of a dry run after the other and shows how far it is. */
export class TrialProgress extends Component {
    static template = "oa_docflow.TrialProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        const { done_count: done, run_count: all } = this.props.record.data;
        this.state = useState({ done, all });
        this.isOpen = true;
        onMounted(() => this.goOn());
        onWillUnmount(() => {
            this.isOpen = false;
        });
    }

    get percent() {
        return this.state.all ? Math.round((100 * this.state.done) / this.state.all) : 0;
    }

    get isRunning() {
        return this.state.done < this.state.all;
    }

    get words() {
        return _t("%(done)s of %(all)s runs", { done: this.state.done, all: this.state.all });
    }

    async goOn() {
        const { record } = this.props;
        if (!this.isRunning) {
            return;
        }
        while (this.isOpen && this.isRunning) {
            Object.assign(this.state, await this.orm.call(record.resModel, "action_continue", [[record.resId]]));
        }
        if (this.isOpen) {
            await record.load();
        }
    }
}

registry.category("fields").add("oa_trial_progress", {
    component: TrialProgress,
    displayName: _t("Progress of a dry run"),
    supportedTypes: ["integer"],
});
