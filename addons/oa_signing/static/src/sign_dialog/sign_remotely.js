import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const POLL_PAUSE = 4_000;

/** A key kept by a provider: it asks for its PIN or code here, or for a confirmation in its own app. */
export class SignRemotely extends Component {
    static template = "oa_signing.SignRemotely";
    static props = { request: Object, slots: Object };

    setup() {
        this.request = useState(this.props.request);
        this.state = useState({ keyId: this.request.remoteKeys[0]?.id });
        this.pinInput = useRef("pin");
        this.codeInput = useRef("code");
        onMounted(() => this.watch());
        onWillUnmount(() => {
            clearTimeout(this.timer);
            this.forget();
        });
    }

    get currentKey() {
        return this.request.remoteKeys.find((key) => key.id === this.state.keyId);
    }

    get canSign() {
        return this.currentKey && !this.request.isBusy && this.request.openLines.length > 0;
    }

    get waitingText() {
        return _t("Waiting for your confirmation at %(provider)s: %(count)s. You may close this window; the signatures come by themselves.", {
            provider: this.currentKey?.provider || "",
            count: this.request.waitingLines.length,
        });
    }

    onKeyChange(event) {
        this.state.keyId = Number(event.target.value);
    }

    async onSubmit() {
        const { request } = this;
        if (!this.canSign) {
            return;
        }
        const [pin, code] = [this.pinInput.el?.value || "", this.codeInput.el?.value || ""];
        await request.during("signing", async () => {
            request.show(await request.call("action_prepare_remote", [this.state.keyId]));
            if (!request.error && request.readyLines.length) {
                request.show(await request.call("action_sign_remote", [pin, code]));
            }
        });
        this.forget();
        this.watch();
    }

    async onSendCode() {
        await this.request.call("action_send_code", [this.state.keyId]);
    }

    /** Ask for the outcome while documents wait at the provider. */
    watch() {
        clearTimeout(this.timer);
        if (this.request.waitingLines.length) {
            this.timer = setTimeout(async () => {
                this.request.show(await this.request.call("action_poll", []));
                this.watch();
            }, POLL_PAUSE);
        }
    }

    forget() {
        for (const input of [this.pinInput.el, this.codeInput.el]) {
            if (input) {
                input.value = "";
            }
        }
    }
}
