"""Make the sample scans of this folder: pages that were printed, laid a little askew on the glass and scanned at 150 dpi.

`./oa run -- python tests/data/make_scans.py` writes them anew. All persons, addresses and identifiers are invented.
"""

import random
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageFilter
from weasyprint import HTML

FOLDER = Path(__file__).parent
DPI = 150
STYLE = """
@page { size: A4; margin: 24mm 22mm }
body { font: 12pt/1.5 "DejaVu Serif"; color: #1b1b2a }
h1 { font-size: 15pt; text-align: center; letter-spacing: 3pt; margin: 12mm 0 8mm }
.to { margin-left: 52% } .sign { margin-top: 18mm } .hand { font-family: "DejaVu Sans"; font-style: italic; color: #1f2f7a }
table { border-collapse: collapse; width: 100%; margin-top: 6mm } td, th { border: .6pt solid #444; padding: 2mm 3mm; text-align: left }
svg { display: block; margin: 8mm auto }
"""
APPLICATION = """
<div class="to"><b>ДО<br>ОБЛАСТНИЯ УПРАВИТЕЛ<br>НА ОБЛАСТ ВИДИН</b></div>
<h1>ЗАЯВЛЕНИЕ</h1>
<p>от <span class="hand">Стефка Йонкова Бързанова</span>, ЕГН <span class="hand">6204152210</span>,<br>
адрес: <span class="hand">гр. Видин, ул. „Търговска“ № 14, вх. Б, ап. 7</span>,<br>
тел. <span class="hand">094 600 114</span>, ел. поща <span class="hand">s.barzanova@citizen.example</span></p>
<p><b>Относно:</b> услуга 1972 – удостоверение за наличие или липса на съставен акт за държавна собственост</p>
<p>УВАЖАЕМА ГОСПОЖО ОБЛАСТЕН УПРАВИТЕЛ,</p>
<p>Моля да ми бъде издадено удостоверение, че за поземлен имот с идентификатор <span class="hand">10971.502.1187</span>
по кадастралната карта на гр. Видин няма съставен акт за държавна собственост. Удостоверението ми е необходимо
пред нотариус за сделка с имота.</p>
<p>Желая да получа удостоверението по електронна поща.</p>
<p>Приложения:<br>1. Скица на поземления имот – 1 лист;<br>2. Пълномощно – 1 лист.</p>
<p class="sign">гр. Видин, <span class="hand">20.11.2026 г.</span>
<span style="float:right">С уважение: <span class="hand">Ст. Бързанова</span></span></p>
"""
SKETCH = """
<h1>СКИЦА НА ПОЗЕМЛЕН ИМОТ</h1>
<p>Поземлен имот с идентификатор <b>10971.502.1187</b>, гр. Видин, община Видин, област Видин</p>
<svg width="420" height="330" viewBox="0 0 420 330" fill="none" stroke="#222" stroke-width="2">
<path d="M70 60 L330 38 L366 238 L110 286 Z"/><path d="M20 70 L70 60 M330 38 L402 30 M366 238 L410 230
M110 286 L96 322" stroke-dasharray="7 5"/>
<path d="M160 118 L252 108 L262 176 L170 188 Z" fill="#ddd"/><text x="182" y="232" fill="#222" stroke="none" font-size="19">1187</text>
<text x="188" y="154" fill="#222" stroke="none" font-size="15">1187.1</text></svg>
<table><tr><th>Вид територия</th><td>Урбанизирана</td></tr><tr><th>Начин на трайно ползване</th><td>Ниско застрояване (до 10 m)</td></tr>
<tr><th>Площ</th><td>612 кв. м</td></tr><tr><th>Мащаб</th><td>1 : 500</td></tr></table>
"""
MANDATE = """
<h1>ПЪЛНОМОЩНО</h1>
<p>Долуподписаната <b>Стефка Йонкова Бързанова</b>, ЕГН 6204152210, с постоянен адрес гр. Видин,</p>
<p style="text-align:center"><b>УПЪЛНОМОЩАВАМ</b></p>
<p><b>Огняна Маркова Тодорчева</b>, ЕГН 7109031035, да ме представлява пред Областна администрация Видин
при подаване на заявление по услуга 1972 и при получаване на удостоверението, „ѝ“ да подписва от мое име
всички необходими за това документи.</p>
<p class="sign">гр. Видин, 19.11.2026 г.<span style="float:right">Упълномощител: <span class="hand">Ст. Бързанова</span></span></p>
"""


def scan(name: str, html: str) -> None:
    noise = random.Random(name)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed.pdf"
        HTML(string=f"<style>{STYLE}</style>{html}").write_pdf(printed)
        subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", printed, Path(folder) / "page"], check=True)
        pages = [_lay_on_glass(Image.open(page), noise) for page in sorted(Path(folder).glob("page*.png"))]
    pages[0].save(FOLDER / name, "PDF", resolution=DPI, save_all=True, append_images=pages[1:], quality=55)


def _lay_on_glass(page: Image.Image, noise: random.Random) -> Image.Image:
    page = page.convert("L").rotate(noise.uniform(-0.7, 0.7), fillcolor=246, resample=Image.Resampling.BICUBIC)
    grain = Image.effect_noise(page.size, 14)
    return Image.blend(page, grain, 0.07).filter(ImageFilter.GaussianBlur(0.5))


if __name__ == "__main__":
    scan("zayavlenie-1972.pdf", APPLICATION)
    scan("skitsa-10971.502.1187.pdf", SKETCH)
    scan("palnomoshtno.pdf", MANDATE)
