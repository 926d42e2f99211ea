import { onWillUnmount } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

const PERIOD = 2000;

/** A bar that reads its record again while the work behind it goes on. */
export class Progress extends ProgressBarField {
    setup() {
        super.setup();
        this.timer = setInterval(() => this.reload(), PERIOD);
        onWillUnmount(() => clearInterval(this.timer));
    }

    async reload() {
        const { state } = this.props.record.data;
        if (!["waiting", "running"].includes(state)) {
            clearInterval(this.timer);
        } else if (document.visibilityState === "visible") {
            await this.props.record.load();
        }
    }
}

registry.category("fields").add("oa_progress", { ...progressBarField, component: Progress, displayName: _t("Progress that moves by itself") });
