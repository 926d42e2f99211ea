import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FormatChoice } from "../format_choice/format_choice";
import { SignByUpload } from "./sign_by_upload";
import { SignRemotely } from "./sign_remotely";
import { SignWithClient } from "./sign_with_client";
import { SignWithKey } from "./sign_with_key";
import { SigningRequest } from "./signing_request";

const PANELS = { token: SignWithKey, local: SignWithClient, remote: SignRemotely, upload: SignByUpload };

/** Documents of a request with their digests, and the panel of the way in which they are signed. */
export class SignDialog extends Component {
    static template = "oa_signing.SignDialog";
    static components = { FormatChoice };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.request = useState(new SigningRequest(useService("orm"), this.props.action.params.request_id));
        this.state = useState({ open: [], version: 0 });
        onWillStart(() => this.request.load());
    }

    get panel() {
        return PANELS[this.request.way];
    }

    get wayLabels() {
        return {
            token: _t("Key on the server"),
            local: _t("My card"),
            remote: _t("Remote signing"),
            upload: _t("Signed file"),
        };
    }

    get labels() {
        return {
            pending: _t("Shown"),
            prepared: _t("Ready to sign"),
            signing: _t("Being signed…"),
            waiting: _t("Waits for confirmation"),
            signed: _t("Signed"),
            refused: _t("Not signed"),
            failed: _t("Not signed"),
        };
    }

    choose(way) {
        this.request.way = way;
        this.request.error = "";
    }

    /** The panel begins anew, since what was prepared is worth nothing after a change. */
    onFormatChange() {
        this.state.version++;
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

    async onClose() {
        await this.action.doAction({ type: "ir.actions.act_window_close" });
        if (this.request.doneCount) {
            await this.action.doAction("soft_reload");
        }
    }
}

registry.category("actions").add("oa_signing.sign", SignDialog);
