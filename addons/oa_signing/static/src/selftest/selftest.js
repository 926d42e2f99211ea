import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { LocalClientError, explain, findLocalClient } from "../local_client/local_client";

const MODEL = "oa.signing.selftest";

/** The test of signing for the help desk: every step is a sentence that says what is wrong and how it is mended. */
export class Selftest extends Component {
    static template = "oa_signing.Selftest";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ steps: [], isBusy: false, client: null, chain: null, asks: "" });
        onWillStart(() => {
            // The page is shown while services are asked.
            this.start();
        });
    }

    get titles() {
        return {
            clock: _t("Clock of this computer"),
            documents: _t("Document service"),
            timestamps: _t("Timestamp service"),
            trust: _t("Trusted issuers"),
            token: _t("Key on the server"),
            proof: _t("Proof of the server"),
            agent: _t("Signing program"),
            version: _t("Version of the signing program"),
            certificates: _t("Card and certificate"),
            holder: _t("Holder of the certificate"),
            term: _t("Term of the certificate"),
            chain: _t("Issuer and revocation"),
            trial: _t("Trial with the PIN"),
        };
    }

    get icons() {
        return {
            good: "fa-check-circle text-success",
            warning: "fa-exclamation-triangle text-warning",
            bad: "fa-times-circle text-danger",
        };
    }

    get stateLabels() {
        return { good: _t("in order"), warning: _t("look at this"), bad: _t("to be mended") };
    }

    add(name, state, message) {
        this.state.steps = [...this.state.steps.filter((step) => step.name !== name), { name, state, message }];
    }

    /** Services and the signing program; nothing is asked of the person. */
    async start() {
        Object.assign(this.state, { steps: [], client: null, chain: null });
        await this.during("", async () => {
            await this.look();
            (await this.ask("check_server", [Date.now() / 1000])).forEach((step) => this.add(...Object.values(step)));
        });
    }

    async look() {
        try {
            this.state.client = await findLocalClient();
        } catch (error) {
            this.add(error.code === "old_version" ? "version" : "agent", "bad", explain(error));
            return;
        }
        const { driver, version } = this.state.client;
        this.add("agent", "good", _t("%(program)s answers on this computer.", { program: driver.name }));
        this.add("version", "good", _t("Version %(version)s is new enough.", { version }));
    }

    /** The card: the person chooses a certificate in the signing program. */
    async onCard() {
        const { driver, address } = this.state.client;
        await this.during("certificate", async () => {
            try {
                this.state.chain = await driver.getSigner(address);
            } catch (error) {
                this.explain("certificates", error);
                return;
            }
            this.add("certificates", "good", _t("The card is read and offers a certificate."));
            (await this.ask("check_certificate", [this.state.chain])).forEach((step) => this.add(...Object.values(step)));
        });
    }

    /** The PIN: something worthless is signed. */
    async onTrial() {
        const { driver, address } = this.state.client;
        await this.during("pin", async () => {
            const trial = await this.ask("make_trial", [this.state.chain]);
            let signature;
            try {
                [signature] = await driver.sign(address, trial.job);
            } catch (error) {
                this.explain("trial", error);
                return;
            }
            this.add(...Object.values(await this.ask("check_trial", [this.state.chain, trial.text, signature])));
        });
    }

    ask(method, args) {
        return this.orm.silent.call(MODEL, method, args);
    }

    async during(asks, act) {
        Object.assign(this.state, { isBusy: true, asks });
        try {
            await act();
        } catch (error) {
            this.add("server", "bad", error.data?.message || _t("The server does not answer. Check the network and try again."));
        }
        Object.assign(this.state, { isBusy: false, asks: "" });
    }

    explain(name, error) {
        if (!(error instanceof LocalClientError)) {
            throw error;
        }
        this.add(name, "bad", explain(error));
    }
}

registry.category("actions").add("oa_signing.selftest", Selftest);
