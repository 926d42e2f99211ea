import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Documents signed with one call; small, so that progress is seen and a break loses little. */
const BATCH = 5;

export class SignDialog extends Component {
    static template = "oa_signing.SignDialog";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.requestId = this.props.action.params.request_id;
        this.pinInput = useRef("pin");
        this.state = useState({ keys: [], keyId: false, lines: [], error: "", step: "preparing", open: [] });
        onWillStart(() => this.load());
        // The field is disabled while the server works; it is focused when it can be typed into again.
        useEffect(
            (step) => {
                if (step === "ready") {
                    this.focusPin();
                }
            },
            () => [this.state.step]
        );
        onWillUnmount(() => this.forgetPin());
    }

    get readyLines() {
        return this.state.lines.filter((line) => line.state === "prepared");
    }

    get doneCount() {
        return this.state.lines.filter((line) => line.state === "signed").length;
    }

    get hasEnded() {
        return this.state.step === "ready" && !this.readyLines.length;
    }

    get canSign() {
        return this.state.step === "ready" && this.readyLines.length > 0;
    }

    get currentKey() {
        return this.state.keys.find((key) => key.id === this.state.keyId);
    }

    get keyDetails() {
        const { issuer, valid_to } = this.currentKey;
        return _t("%(issuer)s, valid until %(date)s", { issuer, date: formatDate(deserializeDate(valid_to)) });
    }

    get progress() {
        return _t("Signed: %(done)s of %(total)s", { done: this.doneCount, total: this.state.lines.length });
    }

    getKeyLabel(key) {
        return key.is_seal ? _t("%(name)s (seal)", { name: key.name }) : key.name;
    }

    get labels() {
        return {
            pending: _t("Shown"),
            prepared: _t("Ready to sign"),
            signing: _t("Being signed…"),
            signed: _t("Signed"),
            refused: _t("Not signed"),
            failed: _t("Not signed"),
        };
    }

    async load() {
        this.show(await this.call("get_dialog_data", []));
        if (this.state.keyId) {
            await this.prepare();
        } else {
            this.state.step = "ready";
        }
    }

    async prepare() {
        this.state.step = "preparing";
        this.state.error = "";
        const data = await this.call("action_prepare", [this.state.keyId]);
        if (data) {
            this.show(data);
        }
        this.state.step = "ready";
    }

    async onKeyChange(event) {
        this.state.keyId = Number(event.target.value);
        await this.prepare();
    }

    async onSubmit() {
        if (!this.canSign) {
            return;
        }
        const pin = this.pinInput.el.value;
        if (!pin) {
            this.state.error = _t("Enter the PIN of the key.");
            this.focusPin();
            return;
        }
        this.state.step = "signing";
        this.state.error = "";
        const ids = this.readyLines.map((line) => line.id);
        for (let start = 0; start < ids.length && !this.state.error; start += BATCH) {
            const batch = ids.slice(start, start + BATCH);
            this.mark(batch, "signing");
            const data = await this.call("action_sign_with_pin", [pin, batch]);
            if (data) {
                this.show(data);
            } else {
                this.mark(batch, "prepared");
            }
        }
        this.state.step = "ready";
        this.forgetPin();
    }

    /** Result of a method of the request; a refusal is shown in the dialog and gives nothing. */
    async call(method, args) {
        try {
            return await this.orm.silent.call("oa.signature.request", method, [[this.requestId], ...args]);
        } catch (error) {
            this.state.error =
                error.data?.message || _t("The server does not answer. Nothing was lost: try again in a minute.");
            return null;
        }
    }

    show(data) {
        if (data) {
            this.state.keys = data.keys;
            this.state.keyId = data.key_id;
            this.state.lines = data.lines;
        }
    }

    mark(ids, state) {
        for (const line of this.state.lines) {
            if (ids.includes(line.id) && line.state !== "signed") {
                line.state = state;
            }
        }
    }

    toggleDigest(line) {
        const position = this.state.open.indexOf(line.id);
        if (position < 0) {
            this.state.open.push(line.id);
        } else {
            this.state.open.splice(position, 1);
        }
    }

    getDigest(line) {
        return this.state.open.includes(line.id)
            ? line.digest
            : `${line.digest.slice(0, 8)}…${line.digest.slice(-8)}`;
    }

    focusPin() {
        this.pinInput.el?.focus();
    }

    forgetPin() {
        if (this.pinInput.el) {
            this.pinInput.el.value = "";
        }
    }

    async onClose() {
        this.forgetPin();
        await this.action.doAction({ type: "ir.actions.act_window_close" });
        if (this.doneCount) {
            await this.action.doAction("soft_reload");
        }
    }
}

registry.category("actions").add("oa_signing.sign", SignDialog);
