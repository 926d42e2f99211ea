import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Programs on the person's computer that sign with the card in its reader.
 *
 * A driver speaks with one kind of program; it is registered in `oa_signing.local_clients` and has
 *   name, minimum         its name and the oldest version that will do
 *   addresses             where it listens on this computer
 *   probe(address)        its version; a LocalClientError "foreign" when another program answers there
 *   getSigner(address)    lets the person choose a certificate: [leaf, issuer, …] in base64 DER
 *   sign(address, job)    asks for the PIN once and gives a raw signature in base64 for each line of the job
 *   isUnsupported         the program is recognised only: it is named to the person and nothing is signed with it
 * PIN and key stay between the person, the program and the card: neither page nor server sees them.
 */
const drivers = registry.category("oa_signing.local_clients");

export class LocalClientError extends Error {
    /** @param {string} code @param {Object} data what the sentence about it needs */
    constructor(code, data = {}) {
        super(code);
        this.code = code;
        this.data = data;
    }
}

/** One sentence for every failure: what happened and what to do. */
export function explain(error) {
    const { code, data = {} } = error;
    const sentences = {
        not_running: _t(
            "The signing program does not run on this computer. Start B-Trust BISS (the icon beside the clock), or install it from b-trust.bg, then press “Try again”."
        ),
        old_version: _t(
            "The signing program is too old: version %(version)s, at least %(minimum)s is needed. Install the new one from b-trust.bg, then press “Try again”.",
            data
        ),
        foreign: _t(
            "Another program answers at the address of the signing program (%(address)s). Close it (for example mPollux DigiSign), start B-Trust BISS and press “Try again”.",
            data
        ),
        unsupported: _t(
            "%(program)s runs on this computer; cards cannot be used through it here yet. If your card works with B-Trust BISS, start that program and press “Try again”. Otherwise choose “Signed file”: download the file, sign it with the program of your provider and upload it.",
            data
        ),
        blocked: _t(
            "The browser does not let this page speak with programs on this computer. Click the icon left of the address, allow access to the local network and press “Try again”."
        ),
        cancelled: _t("The signing program did not sign: it was cancelled or the PIN was wrong. Nothing was signed; you may try again."),
        no_certificate: _t("The signing program found no certificate. Insert the card or token, wait for its light and try again."),
        busy: _t("The signing program is busy with another window. Finish or close that window and try again."),
        refused: _t("The signing program refused the request (%(reason)s). Nothing was signed; tell the administrator of signatures.", data),
        failed: _t("The signing program failed (%(reason)s). Nothing was signed. Take the card out, insert it again and repeat.", data),
        silent: _t("The signing program did not answer in time. Nothing was signed. Look for its window behind the others and try again."),
    };
    return sentences[code] || _t("Signing with the card did not succeed. Nothing was signed; try again.");
}

/** The first running program, as {driver, address, version}; whatever is wrong is a LocalClientError. */
export async function findLocalClient() {
    const attempts = [];
    for (const driver of drivers.getAll()) {
        for (const address of driver.addresses) {
            attempts.push(probe(driver, address));
        }
    }
    const outcomes = await Promise.all(attempts);
    const found = outcomes.find((outcome) => outcome.version);
    if (found) {
        return found;
    }
    // What is most worth knowing comes first.
    for (const code of ["old_version", "unsupported", "foreign"]) {
        const known = outcomes.find((outcome) => outcome.error.code === code);
        if (known) {
            throw known.error;
        }
    }
    throw new LocalClientError((await isBlocked()) ? "blocked" : "not_running");
}

async function probe(driver, address) {
    try {
        const version = await driver.probe(address);
        if (isOlder(version, driver.minimum)) {
            throw new LocalClientError("old_version", { version, minimum: driver.minimum });
        }
        if (driver.isUnsupported) {
            throw new LocalClientError("unsupported", { program: driver.name });
        }
        return { driver, address, version };
    } catch (error) {
        return { error: error instanceof LocalClientError ? error : new LocalClientError("not_running") };
    }
}

/** "2.9" is older than "2.20": versions are numbers between dots. */
export function isOlder(version, minimum) {
    const [ours, wanted] = [version, minimum].map((text) => text.split(".").map((part) => parseInt(part) || 0));
    for (let place = 0; place < Math.max(ours.length, wanted.length); place++) {
        const difference = (ours[place] || 0) - (wanted[place] || 0);
        if (difference) {
            return difference < 0;
        }
    }
    return false;
}

/** Whether the browser was told not to let pages reach this computer; browsers name the permission differently. */
async function isBlocked() {
    for (const name of ["loopback-network", "local-network-access"]) {
        try {
            if ((await navigator.permissions.query({ name })).state === "denied") {
                return true;
            }
        } catch {
            continue;
        }
    }
    return false;
}

/** JSON from a program on this computer; silence is an error, too. */
export async function askProgram(url, { body, timeout }) {
    const options = { signal: AbortSignal.timeout(timeout), cache: "no-store", credentials: "omit" };
    if (body) {
        options.method = "POST";
        options.headers = { "Content-Type": "application/json", "Accept-Language": "bg" };
        options.body = JSON.stringify(body);
    }
    let answer;
    try {
        answer = await fetch(url, options);
    } catch (error) {
        throw new LocalClientError(error.name === "TimeoutError" ? "silent" : "not_running");
    }
    try {
        return await answer.json();
    } catch {
        throw new LocalClientError("foreign", { address: url });
    }
}
