/** Is the chosen file the one that was signed? It is read here, in the browser, and goes nowhere. */
"use strict";

const LARGEST = 1024 ** 3;

function tell(area, outcome) {
    for (const sentence of area.querySelectorAll("[data-outcome]")) {
        sentence.hidden = sentence.dataset.outcome !== outcome;
    }
}

async function compute(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (octet) => octet.toString(16).padStart(2, "0")).join("");
}

async function compare(area, file) {
    const shown = area.querySelector(".oa_check_digest");
    shown.textContent = "";
    area.querySelector(".oa_check_name").textContent = file?.name || "";
    tell(area, "");
    if (!file) {
        return;
    }
    if (!globalThis.crypto?.subtle) {
        tell(area, "insecure");
        return;
    }
    if (file.size > LARGEST) {
        tell(area, "large");
        return;
    }
    tell(area, "reading");
    try {
        const digest = await compute(file);
        shown.textContent = `SHA-256: ${digest}`;
        tell(area, JSON.parse(area.dataset.digests)[digest] || "different");
    } catch {
        tell(area, "unreadable");
    }
}

for (const area of document.querySelectorAll(".oa_check_file")) {
    const input = area.querySelector("input[type=file]");
    input.disabled = false;
    input.addEventListener("change", () => compare(area, input.files[0]));
}
