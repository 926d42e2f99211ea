import { registry } from "@web/core/registry";
import { LocalClientError, askProgram } from "./local_client";

const PATIENCE = 5_000;

/**
 * StampIT LocalSign of "Информационно обслужване": recognised, so that people with such a card read what to do, and not used.
 *
 * Its protocol is of the same family as that of BISS (`signer/selectSigner`, `signer/signDigest`); whoever makes it work gives this
 * driver `getSigner` and `sign` and takes `isUnsupported` away.
 */
export const stampitDriver = {
    name: "StampIT LocalSign",
    minimum: "0",
    isUnsupported: true,
    addresses: [
        "https://127.0.0.1:8089",
        "https://127.0.0.1:23124",
        "https://127.0.0.1:53950",
        "http://127.0.0.1:8090",
        "http://127.0.0.1:23125",
        "http://127.0.0.1:53951",
    ],

    async probe(address) {
        const answer = await askProgram(`${address}/version`, { timeout: PATIENCE });
        if (typeof answer?.version !== "string") {
            // Other programs use these ports, too; they are none of our business.
            throw new LocalClientError("not_running");
        }
        return answer.version;
    },
};

registry.category("oa_signing.local_clients").add("stampit", stampitDriver, { sequence: 90 });
