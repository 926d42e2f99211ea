import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const ICONS = {
    resolve: "fa-gavel",
    execute: "fa-tasks",
    rework: "fa-pencil",
    coordinate: "fa-check-square-o",
    sign: "fa-pencil-square-o",
    dispatch: "fa-paper-plane",
    confirm: "fa-thumbs-up",
    instruct: "fa-question-circle",
    extend: "fa-calendar-plus-o",
    opine: "fa-comments-o",
    read: "fa-book",
    notice: "fa-bell-o",
    unsigned: "fa-pencil",
    prepare: "fa-file-text-o",
    opinion: "fa-commenting-o",
    approve: "fa-check-circle",
    seal: "fa-certificate",
    acquaint: "fa-eye",
    perform: "fa-hand-paper-o",
};

/** What waits for me, with counts; a tile opens its list. */
export class Desk extends Component {
    static template = "oa_docflow.Desk";
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ tiles: [], items: [] });
        onWillStart(async () => {
            [this.state.tiles, this.state.items] = await Promise.all([
                this.orm.call("oa.document", "get_desk_counts", []),
                this.orm.call("oa.document", "get_desk_items", []),
            ]);
        });
    }

    get waiting() {
        return this.state.tiles.filter((tile) => tile.count);
    }

    getIcon(tile) {
        return ICONS[tile.act];
    }

    onClickTile(tile) {
        const additionalContext = ["execute", "confirm", "instruct", "extend", "opine", "read"].includes(tile.act) ? { search_default_my_turn: 1 } : {};
        return this.action.doAction(tile.action, { additionalContext });
    }

    onClickItem(item) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: item.model,
            res_id: item.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("oa_docflow_desk", Desk);
