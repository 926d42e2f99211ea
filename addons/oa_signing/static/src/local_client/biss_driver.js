import { registry } from "@web/core/registry";
import { LocalClientError, askProgram } from "./local_client";

/** People look for their card and type a PIN meanwhile. */
const PATIENCE = { version: 5_000, person: 180_000 };

/** B-Trust Browser Independent Signing Service; field names are theirs, misspelt ones too. */
export const bissDriver = {
    name: "B-Trust BISS",
    minimum: "2.20",
    addresses: [53952, 53953, 53954, 53955].map((port) => `https://localhost:${port}`),

    async probe(address) {
        const answer = await askProgram(`${address}/version`, { timeout: PATIENCE.version });
        // Finnish programs of the same family (SCS, mPollux) answer at the same port; they also make CMS.
        const isBiss = typeof answer?.version === "string" && String(answer.signatureTypes).trim() === "signature";
        if (!isBiss) {
            throw new LocalClientError("foreign", { address });
        }
        return answer.version;
    },

    async getSigner(address) {
        const answer = await askProgram(`${address}/getsigner`, {
            body: { selector: { issuers: [], keyUsages: ["nonRepudiation"] }, showValidCerts: true },
            timeout: PATIENCE.person,
        });
        check(answer, "no_certificate");
        if (!Array.isArray(answer.chain) || !answer.chain.length) {
            throw new LocalClientError("no_certificate");
        }
        return answer.chain;
    },

    async sign(address, job) {
        const body = {
            version: "2.20",
            signatureType: "signature",
            contentType: job.content_type,
            hashAlgorithm: job.hash_algorithm,
            contents: job.lines.map((line) => line.content),
            signerCertificateB64: job.certificate,
            confirmText: ["hash"],
            additonalConfirmText: job.confirm_text.join("\n"),
        };
        if (job.proofs.length) {
            body.signedContents = job.proofs;
            body.signedContentsCert = [job.proof_certificate];
        }
        const answer = await askProgram(`${address}/sign`, { body, timeout: PATIENCE.person });
        check(answer, "failed");
        if (!Array.isArray(answer.signatures) || answer.signatures.length !== job.lines.length) {
            throw new LocalClientError("failed", { reason: "signatures" });
        }
        return answer.signatures;
    },
};

/** Refuse an answer that says no; the code is a text in one answer and a number in another. */
function check(answer, notFound) {
    const code = String(answer?.reasonCode);
    if (answer?.status === "ok" && code === "200") {
        return;
    }
    const known = { 400: "refused", 401: "cancelled", 403: "refused", 404: notFound, 503: "busy" };
    throw new LocalClientError(known[code] || "failed", { reason: answer?.reasonText || code });
}

registry.category("oa_signing.local_clients").add("biss", bissDriver);
