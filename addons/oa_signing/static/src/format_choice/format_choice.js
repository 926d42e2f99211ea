import { Component, useState } from "@odoo/owl";

/** How one document is signed: the format and the capacity of the signer, shown in a line, changed when it is opened. */
export class FormatChoice extends Component {
    static template = "oa_signing.FormatChoice";
    static props = { line: Object, request: Object, onChange: Function };

    setup() {
        this.request = useState(this.props.request);
        this.state = useState({ isOpen: false });
    }

    get canChange() {
        const { line } = this.props;
        return !this.request.hasEnded && line.formats.length > 1 && ["pending", "prepared", "refused"].includes(line.state);
    }

    get formatName() {
        const { format, formats } = this.props.line;
        return formats.find((item) => item.code === format)?.name || format;
    }

    async change(method, value) {
        const { line, request, onChange } = this.props;
        await request.during("preparing", async () => request.show(await request.call(method, [line.id, value])));
        onChange();
    }
}
