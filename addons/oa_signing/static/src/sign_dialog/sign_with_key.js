import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** A key on the server and its PIN. */
export class SignWithKey extends Component {
    static template = "oa_signing.SignWithKey";
    static props = { request: Object, slots: Object };

    setup() {
        this.request = useState(this.props.request);
        this.pinInput = useRef("pin");
        onMounted(() => this.start());
        // The field is disabled while the server works; it is focused when it can be typed into again.
        useEffect(
            (step) => {
                if (step === "ready") {
                    this.pinInput.el?.focus();
                }
            },
            () => [this.request.step]
        );
        onWillUnmount(() => this.forgetPin());
    }

    get currentKey() {
        return this.request.keys.find((key) => key.id === this.request.keyId);
    }

    get keyDetails() {
        const { issuer, valid_to } = this.currentKey;
        return _t("%(issuer)s, valid until %(date)s", { issuer, date: formatDate(deserializeDate(valid_to)) });
    }

    get canSign() {
        return !this.request.isBusy && this.request.readyLines.length > 0;
    }

    getKeyLabel(key) {
        return key.is_seal ? _t("%(name)s (seal)", { name: key.name }) : key.name;
    }

    /** A run that goes on in the server is watched; otherwise the documents are prepared. */
    async start() {
        const { request } = this;
        if (request.isRunning) {
            await request.during("signing", () => request.follow());
        } else {
            await this.prepare();
        }
    }

    async prepare() {
        const { request } = this;
        await request.during("preparing", async () => request.show(await request.call("action_prepare", [request.keyId])));
    }

    async onKeyChange(event) {
        this.request.keyId = Number(event.target.value);
        await this.prepare();
    }

    async onSubmit() {
        const { request } = this;
        if (!this.canSign) {
            return;
        }
        const pin = this.pinInput.el.value;
        if (!pin) {
            request.error = _t("Enter the PIN of the key.");
            this.pinInput.el.focus();
            return;
        }
        await request.during("signing", () => this.sign(pin));
        this.forgetPin();
    }

    /** The server signs in portions; the page shows how far it is. */
    async sign(pin) {
        const { request } = this;
        request.mark(request.readyLines.map((line) => line.id), "signing");
        const data = await request.call("action_run_with_pin", [pin]);
        request.show(data || (await request.call("get_dialog_data", [], { isQuiet: true })));
        await request.follow();
    }

    forgetPin() {
        if (this.pinInput.el) {
            this.pinInput.el.value = "";
        }
    }
}
