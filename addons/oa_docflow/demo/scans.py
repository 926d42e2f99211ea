"""Small PDFs that look like scanned letters."""

from odoo.tools import html_escape

PAGE = """<html lang="bg"><head><meta charset="utf-8"/><title>{title}</title><style>
@page {{ size: A4; margin: 0; }}
body {{ margin: 0; font-family: "Liberation Serif", "DejaVu Serif", serif; font-size: 12.5pt; color: #262626; background: #f3f1ea; }}
.sheet {{ position: absolute; top: 6mm; left: 5mm; width: 150mm; height: 250mm; padding: 18mm 22mm; transform: rotate({tilt}deg); }}
.edge {{ position: absolute; top: 0; left: 0; width: 2.5mm; height: 297mm; background: #c9c5ba; }}
.head {{ margin-left: 55%; margin-bottom: 14mm; }}
h1 {{ text-align: center; font-size: 16pt; letter-spacing: 3pt; }}
p {{ text-align: justify; text-indent: 9mm; line-height: 1.5; margin: 0 0 3mm; }}
.sign {{ margin-top: 14mm; margin-left: 50%; }}
.ink {{ color: #23408e; font-family: "Z003", "Liberation Serif", cursive; font-style: italic; font-size: 19pt;
  transform: rotate(-6deg); }}
.stamp {{ position: absolute; top: 20mm; left: 18mm; border: 1.2pt solid #6b2d83; color: #6b2d83; padding: 2mm 4mm; font-size: 9pt;
  transform: rotate(-3deg); opacity: 0.75; font-family: "DejaVu Sans", sans-serif; }}
.plan {{ width: 110mm; height: 90mm; border: 1pt solid #555; margin: 8mm auto; position: relative; background: #fbfaf6; }}
.plot {{ position: absolute; top: 22mm; left: 30mm; width: 45mm; height: 38mm; border: 1.5pt solid #b03030; transform: rotate(8deg); }}
</style></head><body><div class="edge"></div><div class="sheet">{body}</div></body></html>"""


def make_application(renderer, person, administration, wish):
    """An application with its receiving stamp; a person is a name, an address and an e-mail."""
    name, address, _email = person
    body = f"""
        <div class="stamp">ВХОДИРАНО НА ХАРТИЯ</div>
        <div class="head"><b>ДО</b><br/><b>{html_escape(administration.upper())}</b></div>
        <h1>ЗАЯВЛЕНИЕ</h1>
        <p>от {html_escape(name)}, адрес: {html_escape(address)}</p>
        <p>Моля да ми бъде издадено {html_escape(wish)}.</p>
        <p>Удостоверението ще ми послужи пред нотариус. Прилагам скица на имота и копие от документ за собственост.</p>
        <p>Желая да получа удостоверението по електронна поща.</p>
        <div class="sign">С уважение,<div class="ink">{html_escape(name[0])}. {html_escape(name.split()[-1])}</div></div>"""
    return renderer(PAGE.format(title="Заявление", tilt=len(name) % 5 / 4 - 0.5, body=body), "Заявление")


def make_letter(renderer, sender, subject, administration):
    """A letter of a company or an association."""
    body = f"""
        <div style="border-bottom: 1pt solid #444; padding-bottom: 3mm; margin-bottom: 10mm"><b>{html_escape(sender)}</b></div>
        <div class="head"><b>ДО</b><br/><b>{html_escape(administration.upper())}</b></div>
        <p style="text-indent: 0"><b>ОТНОСНО: {html_escape(subject)}</b></p>
        <p>Уважаеми дами и господа, във връзка с посоченото Ви молим за становище и за съдействие в рамките на Вашата компетентност.</p>
        <p>Оставаме на разположение за допълнителна информация и се надяваме на отговор в законоустановения срок.</p>
        <div class="sign">С уважение,<div class="ink">{html_escape(sender.strip("„").split()[0])}</div></div>"""
    return renderer(PAGE.format(title="Писмо", tilt=-0.4, body=body), "Писмо")


def make_attachment(renderer, title, text):
    """A sketch of a property or a copy of a deed."""
    drawing = '<div class="plan"><div class="plot"></div></div>' if "кица" in title else f"<p>{html_escape(text)}</p>" * 5
    body = f"<h1>{html_escape(title.upper())}</h1><p>{html_escape(text)}</p>{drawing}"
    return renderer(PAGE.format(title=title, tilt=0.3, body=body), title)
