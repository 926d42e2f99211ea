import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { getDataURLFromFile } from "@web/core/utils/urls";

/** Files that were signed with a program outside: given out, signed elsewhere, taken back when only a signature was added. */
export class SignByUpload extends Component {
    static template = "oa_signing.SignByUpload";
    static props = { request: Object, slots: Object };

    setup() {
        this.request = useState(this.props.request);
        this.input = useRef("file");
        this.state = useState({ problems: {} });
        onWillStart(() => this.ask());
    }

    /** Which files would be taken back; the others say why not. */
    async ask() {
        this.state.problems = (await this.request.call("get_upload_offers", [])) || {};
    }

    get unsigned() {
        return this.request.lines.filter((line) => line.state !== "signed" && line.state !== "waiting");
    }

    get givenOut() {
        return this.unsigned.filter((line) => !this.state.problems[line.id]);
    }

    get hasOthers() {
        return this.givenOut.some((line) => !line.file_name.toLowerCase().endsWith(".pdf"));
    }

    get keptBack() {
        return this.unsigned.filter((line) => this.state.problems[line.id]);
    }

    getUrl(line) {
        return `/oa/signing/lines/${line.id}/file`;
    }

    async onFiles() {
        const { request } = this;
        const files = [...this.input.el.files];
        await request.during("signing", async () => {
            for (const file of files) {
                const data = (await getDataURLFromFile(file)).split(",")[1] || "";
                const answer = await request.call("action_upload", [file.name, data]);
                request.show(answer);
                if (!answer) {
                    request.error = _t("%(file)s: %(reason)s", { file: file.name, reason: request.error });
                    break;
                }
            }
        });
        if (this.input.el) {
            this.input.el.value = "";
        }
    }
}
