import { _t } from "@web/core/l10n/translation";

const PAUSE = 1000;

/** What the dialog knows of one signing request; the panels of the ways work on it. */
export class SigningRequest {
    constructor(orm, id) {
        Object.assign(this, { orm, id, ways: [], way: false, keys: [], remoteKeys: [], keyId: false, lines: [] });
        Object.assign(this, { error: "", notice: "", step: "preparing", hasStarted: false });
        Object.assign(this, { isRunning: false, runMessage: "", placements: [], placement: "" });
    }

    get readyLines() {
        return this.lines.filter((line) => line.state === "prepared");
    }

    get openLines() {
        return this.lines.filter((line) => line.state === "pending" || line.state === "prepared");
    }

    get waitingLines() {
        return this.lines.filter((line) => line.state === "waiting");
    }

    get doneCount() {
        return this.lines.filter((line) => line.state === "signed").length;
    }

    get isBusy() {
        return this.step !== "ready";
    }

    /** Nothing is left to do; documents refused earlier are tried once more when the dialog is opened again. */
    get hasEnded() {
        const isAllSigned = this.lines.length === this.doneCount;
        return !this.isBusy && (isAllSigned || (this.hasStarted && !this.openLines.length && !this.waitingLines.length));
    }

    get progress() {
        return _t("Signed: %(done)s of %(total)s", { done: this.doneCount, total: this.lines.length });
    }

    async load() {
        this.show(await this.call("get_dialog_data", []));
        this.step = "ready";
    }

    /** Do something that takes a while; what it complains of is shown and gives null. */
    async during(step, act) {
        Object.assign(this, { step, error: "", hasStarted: true });
        try {
            return await act();
        } finally {
            this.step = "ready";
        }
    }

    /** Result of a method of the request; a refusal is shown in the dialog and gives null. */
    async call(method, args, { isQuiet = false } = {}) {
        try {
            return await this.orm.silent.call("oa.signature.request", method, [[this.id], ...args]);
        } catch (error) {
            if (!isQuiet) {
                this.error =
                    error.data?.message || _t("The server does not answer. Nothing was lost: try again in a minute.");
            }
            return null;
        }
    }

    /** Watch a run of the server until it ends; a lost connection only hides it for a while. */
    async follow() {
        while (this.isRunning) {
            await new Promise((resolve) => setTimeout(resolve, PAUSE));
            const data = await this.call("get_dialog_data", [], { isQuiet: true });
            this.notice = data ? "" : _t("The connection is lost. Signing goes on in the server; its outcome will be shown here.");
            this.show(data);
            this.mark(this.isRunning ? this.readyLines.map((line) => line.id) : [], "signing");
        }
        this.error = this.error || this.runMessage;
    }

    /** The stamp is part of what is signed, so the documents are prepared anew. */
    async placeStamp(placement) {
        await this.during("preparing", async () => this.show(await this.call("action_place_stamp", [placement])));
    }

    async leaveOut(line) {
        this.show(await this.call("action_leave_out", [line.id]));
    }

    show(data) {
        if (data) {
            const { ways, way, keys, remote_keys: remoteKeys = [], key_id, lines } = data;
            Object.assign(this, { isRunning: data.is_running, runMessage: data.run_message });
            Object.assign(this, { placements: data.placements || [], placement: data.placement || "" });
            Object.assign(this, { ways, way: this.way || way, keys, remoteKeys, keyId: key_id, lines });
        }
    }

    mark(ids, state) {
        for (const line of this.lines) {
            if (ids.includes(line.id) && line.state !== "signed") {
                line.state = state;
            }
        }
    }
}
