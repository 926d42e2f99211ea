import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const MODEL = "oa.signing.queue";
const PAUSE = 10_000;

/** How much the program still has to do; looked at again while the page is open, so that work is seen to go on. */
export class QueueOverview extends Component {
    static template = "oa_signing.QueueOverview";
    static props = { onChange: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ counts: [], done: 0, stopped: [] });
        onWillStart(() => this.look());
        onMounted(() => (this.timer = setInterval(() => this.lookAgain(), PAUSE)));
        onWillUnmount(() => clearInterval(this.timer));
    }

    get waiting() {
        return this.state.counts.reduce((sum, { state, count }) => sum + (state === "given_up" ? 0 : count), 0);
    }

    get percent() {
        const all = this.state.done + this.waiting;
        return all ? Math.round((100 * this.state.done) / all) : 100;
    }

    get classes() {
        return { waiting: "text-bg-light border", running: "text-bg-info", failed: "text-bg-warning", given_up: "text-bg-secondary" };
    }

    async look() {
        Object.assign(this.state, await this.orm.silent.call(MODEL, "get_overview", []));
    }

    async lookAgain() {
        if (document.hidden) {
            return;
        }
        const before = JSON.stringify(this.state);
        try {
            await this.look();
        } catch {
            // The next look may find the server again.
            return;
        }
        if (JSON.stringify(this.state) !== before) {
            this.props.onChange();
        }
    }
}

function withOverview(Controller, template) {
    return class extends Controller {
        static template = template;
        static components = { ...Controller.components, QueueOverview };

        onQueueChange() {
            // Who has chosen rows is about to do something with them.
            if (!this.model.root.selection?.length) {
                this.model.load();
            }
        }
    };
}

registry.category("views").add("oa_signing_queue_list", {
    ...listView,
    Controller: withOverview(ListController, "oa_signing.QueueListView"),
});
registry.category("views").add("oa_signing_queue_kanban", {
    ...kanbanView,
    Controller: withOverview(KanbanController, "oa_signing.QueueKanbanView"),
});
