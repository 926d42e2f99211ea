import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("oa_signing_sign_tour", {
    steps: () => [
        { trigger: ".o_list_view thead input[type=checkbox]", run: "click" },
        { trigger: "button[name=action_sign]", run: "click" },
        { trigger: ".oa_sign_document[data-state=prepared]" },
        { trigger: "#oa_sign_pin:enabled", run: "edit 000000" },
        { trigger: ".oa_sign_confirm:enabled", run: "click" },
        { trigger: ".oa_sign_dialog .alert-danger" },
        { trigger: "#oa_sign_pin:enabled", run: "edit 123456" },
        { trigger: ".oa_sign_confirm:enabled", run: "click" },
        { trigger: ".oa_sign_dialog .alert-success" },
        { trigger: ".oa_sign_close", run: "click" },
        { trigger: "body:not(:has(.oa_sign_dialog))" },
    ],
});
