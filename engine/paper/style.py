"""How a worksheet to print looks; in a Python file, since the site without a server carries such files alone."""

STYLE = """@page { margin: 14mm 16mm; size: SIZE; }
body { font: 10.5pt/1.4 Georgia, "Times New Roman", serif;
  color: #000; background: #fff; max-width: 178mm; margin: 8mm auto; }
header { display: flex; justify-content: space-between;
  align-items: end; border-bottom: 1pt solid; padding-bottom: 2mm; }
h1 { font-size: 16pt; margin: 0; }
h2 { font-size: 11pt; margin: 0 0 1.5mm; }
h2 small, figcaption, th { font-weight: normal; font-size: 8pt; color: #555; }
section + section { break-before: page; margin-top: 12mm; }
article { break-inside: avoid; margin: 7mm 0; display: grid; grid-template-columns: 1fr auto; gap: 0 5mm; }
article > ul { grid-column: 1 / -1; }
p { margin: 0 0 2mm; }
.boards { display: flex; flex-wrap: wrap; align-items: start; gap: 1mm 6mm; }
table { border-collapse: collapse; font-variant-numeric: lining-nums tabular-nums; }
caption, figcaption, .keep { white-space: nowrap; }
caption { text-align: left; font-size: 9pt; padding-left: 5mm; }
td { border: 0.5pt solid #666; min-width: 8mm; height: 7mm; padding: 0 1mm; text-align: center; }
th { width: 4.5mm; height: 3.5mm; padding: 0; text-align: center; }
ul { list-style: none; margin: 1mm 0 0; padding: 0; columns: 2; column-gap: 7mm; }
ul.few { columns: 1; }
li { break-inside: avoid; margin: 0 0 1.5mm; }
.blank { display: inline-block; min-width: 16mm; height: 6.5mm;
  border: 0.8pt solid; border-radius: 1mm; vertical-align: middle; }
.wide { min-width: 26mm; }
.line { display: inline-block; width: 24mm; border-bottom: 0.5pt solid #888; }
.room { height: 27mm; grid-column: 1 / -1; border: 0.4pt solid #aaa; border-radius: 1mm; }
figure { margin: 0; width: 17mm; text-align: center; }
figure svg { width: 17mm; height: 17mm; display: block; }
@media print { body { margin: 0; } }
"""
