import { Component, onWillStart, useState } from "@odoo/owl";
import { LocalClientError, explain, findLocalClient } from "../local_client/local_client";

/** Files that the server finishes with one call. */
const BATCH = 5;

/** The person's own card, through a signing program on this computer. */
export class SignWithClient extends Component {
    static template = "oa_signing.SignWithClient";
    static props = { request: Object, slots: Object };

    setup() {
        this.request = useState(this.props.request);
        this.state = useState({ client: null, isLooking: false, problem: "", asks: "" });
        onWillStart(() => {
            // The page is shown while the program is looked for.
            this.look();
        });
    }

    get canSign() {
        return this.state.client && !this.request.isBusy && this.request.openLines.length > 0;
    }

    async look() {
        Object.assign(this.state, { isLooking: true, problem: "", client: null });
        try {
            this.state.client = await findLocalClient();
        } catch (error) {
            this.state.problem = explain(error);
        }
        this.state.isLooking = false;
    }

    async onSubmit() {
        if (!this.canSign) {
            return;
        }
        await this.request.during("signing", async () => {
            try {
                await this.sign();
            } catch (error) {
                if (!(error instanceof LocalClientError)) {
                    throw error;
                }
                this.request.error = explain(error);
            }
        });
        this.state.asks = "";
    }

    async sign() {
        const { request } = this;
        const { driver, address } = this.state.client;
        this.state.asks = "certificate";
        const chain = await driver.getSigner(address);
        this.state.asks = "";
        const prepared = await request.call("action_prepare_local", [chain]);
        if (!prepared) {
            return;
        }
        request.show(prepared.dialog);
        if (!prepared.job.lines.length) {
            return;
        }
        this.state.asks = "pin";
        const signatures = await driver.sign(address, prepared.job);
        this.state.asks = "";
        await this.finish(prepared.job.lines.map((line, place) => [line.id, signatures[place]]));
    }

    async finish(signatures) {
        const { request } = this;
        for (let start = 0; start < signatures.length && !request.error; start += BATCH) {
            const batch = signatures.slice(start, start + BATCH);
            const ids = batch.map(([id]) => id);
            request.mark(ids, "signing");
            const data = await request.call("action_finish_local", [Object.fromEntries(batch)]);
            if (data) {
                request.show(data);
            } else {
                request.mark(ids, "prepared");
            }
        }
    }
}
