import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isMobileOS } from "@web/core/browser/feature_detection";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MEGABYTE = 1024 * 1024;
const SHOWN_FIRST = ["signed", "signing_copy", "main", "scan", "attachment", "message", "receipt", "stamped"];

/** The files of a document beside its form: drop them in, read them here. */
export class DocumentFiles extends Component {
    static template = "oa_registry.DocumentFiles";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.state = useState({ isDragging: false, isBusy: false, openedId: false, errors: [] });
        this.isMobile = isMobileOS();
        this.texts = useState({});
        this.pages = useState({});
        onWillUpdateProps(() => this.forgetEmptyTexts());
    }

    get record() {
        return this.props.record;
    }

    get files() {
        const records = this.record.data[this.props.name].records.filter((file) => file.data.state === "current");
        return records
            .map((file) => ({ id: file.resId, ...file.data }))
            .sort((a, b) => SHOWN_FIRST.indexOf(a.role) - SHOWN_FIRST.indexOf(b.role) || a.id - b.id);
    }

    get opened() {
        return this.files.find((file) => file.id === this.state.openedId) || this.files[0];
    }

    get canAdd() {
        return this.record.data.can_add_file;
    }

    get roles() {
        return Object.fromEntries(this.record.data[this.props.name].fields.role.selection);
    }

    get viewerUrl() {
        return `/web/static/lib/pdfjs/web/viewer.html?file=${encodeURIComponent(`/oa/file/${this.opened.id}`)}#pagemode=none`;
    }

    /** What cannot be shown as it is, is shown as its text: letters, sheets, messages. */
    get openedText() {
        const id = this.opened.id;
        if (!(id in this.texts)) {
            this.texts[id] = null;
            this.loadText(id);
        }
        return this.texts[id];
    }

    /** A letter is shown as it was laid out, in a frame that runs and fetches nothing; its text is left when that fails. */
    get openedPage() {
        const { id, mimetype } = this.opened;
        if (mimetype !== "message/rfc822") {
            return "";
        }
        if (!(id in this.pages)) {
            this.pages[id] = null;
            this.loadPage(id);
        }
        return this.pages[id];
    }

    async loadPage(id) {
        const response = await fetch(`/oa/file/${id}/mail`);
        this.pages[id] = response.ok ? await response.text() : "";
    }

    async loadText(id) {
        const response = await fetch(`/oa/file/${id}/text`);
        this.texts[id] = response.ok ? await response.text() : "";
    }

    forgetEmptyTexts() {
        for (const [id, text] of Object.entries(this.texts)) {
            if (!text) {
                delete this.texts[id];
            }
        }
    }

    onDrop(ev) {
        this.state.isDragging = false;
        if (this.canAdd) {
            this.addFiles([...ev.dataTransfer.files]);
        }
    }

    onChoose(ev) {
        const files = [...ev.target.files];
        ev.target.value = "";
        this.addFiles(files);
    }

    async addFiles(files) {
        this.state.errors = [];
        const fitting = files.filter((file) => this.fits(file));
        if (!fitting.length || !(await this.record.save())) {
            return;
        }
        this.state.isBusy = true;
        try {
            await this.send(fitting);
            await this.record.load();
        } finally {
            this.state.isBusy = false;
        }
    }

    fits(file) {
        const limit = this.record.data.upload_limit;
        if (!limit || file.size <= limit * MEGABYTE) {
            return true;
        }
        const size = (file.size / MEGABYTE).toFixed(1).replace(".", ",");
        this.state.errors.push(
            _t("The file “%(name)s” is %(size)s MB and the limit is %(limit)s MB. It was not stored: scan at a lower resolution or split it.", {
                name: file.name,
                size,
                limit,
            })
        );
        return false;
    }

    async send(files) {
        const form = new FormData();
        form.append("csrf_token", odoo.csrf_token);
        files.forEach((file) => form.append("ufile", file, file.name));
        const response = await fetch(`/oa/document/${this.record.resId}/files`, { method: "POST", body: form });
        if (!response.ok) {
            this.state.errors.push(_t("The files did not arrive. Check the connection and choose them again."));
            return;
        }
        for (const outcome of await response.json()) {
            if (outcome.error) {
                this.state.errors.push(outcome.error);
            } else {
                this.state.openedId = outcome.id;
            }
        }
    }

    async remove(file) {
        await this.orm.call("oa.document.file", "action_remove", [[file.id]]);
        await this.record.load();
    }
}

export const documentFiles = {
    component: DocumentFiles,
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "name", type: "char" },
        { name: "role", type: "selection" },
        { name: "state", type: "selection" },
        { name: "size_label", type: "char" },
        { name: "mimetype", type: "char" },
        { name: "text_note", type: "char" },
        { name: "can_remove", type: "boolean" },
    ],
};

registry.category("fields").add("oa_document_files", documentFiles);
