import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Asks for the PIN of a seal; a form would write it into a table. */
export class OpenSeal extends Component {
    static template = "oa_signing.OpenSeal";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.key = this.props.action.params;
        this.pinInput = useRef("pin");
        this.state = useState({ error: "", isBusy: false });
        onMounted(() => this.pinInput.el.focus());
        onWillUnmount(() => (this.pinInput.el.value = ""));
    }

    async onSubmit() {
        Object.assign(this.state, { error: "", isBusy: true });
        try {
            await this.orm.silent.call("oa.signing.key", "open_with_pin", [[this.key.key_id], this.pinInput.el.value]);
        } catch (error) {
            Object.assign(this.state, { error: error.data?.message || _t("The server does not answer."), isBusy: false });
            this.pinInput.el.value = "";
            return;
        }
        await this.onClose();
        await this.action.doAction("soft_reload");
    }

    onClose() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("oa_signing.open_seal", OpenSeal);
