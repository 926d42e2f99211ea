import { Component, markup } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

/** Signs the attached files of whatever record is open. */
export class SignAttachments extends Component {
    static template = "oa_signing.SignAttachments";
    static components = { DropdownItem };
    static props = {};

    async onSelected() {
        // The menu closes at once and takes this component with it: useService would then drop the answer.
        const { orm, action } = this.env.services;
        const { resModel, resId } = this.env.model.root;
        const choice = await orm.call("ir.attachment", "action_oa_choose", [resModel, resId]);
        // What comes from a method is text; the words for an empty list are ours and have tags.
        await action.doAction({ ...choice, help: choice.help && markup(choice.help) });
    }
}

registry.category("cogMenu").add(
    "oa_signing.sign_attachments",
    {
        Component: SignAttachments,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: async ({ config, model }) =>
            config.viewType === "form" &&
            Boolean(model?.root?.resId) &&
            !model.root.resModel.startsWith("oa.") &&
            (await user.hasGroup("oa_signing.oa_signing_group_signer")),
    },
    { sequence: 30 }
);
