/** The style sheet of the page: frame, type, three widths, dark, print. Drawings bring theirs from `paint.ts`. */

import { drawingCss, FONT, themeVariables } from "./paint.ts";

const MONO = 'ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace';

const frame = `
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--font);overflow-wrap:break-word}
a{color:inherit;text-decoration-color:var(--ink3);text-underline-offset:3px}
a:focus-visible,button:focus-visible,summary:focus-visible,.tw:focus-visible{outline:2px solid var(--ink);outline-offset:3px;border-radius:2px}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:12px;background:var(--paper);padding:8px 12px;z-index:1}
.page{max-width:1136px;margin:0 auto;padding:0 32px 72px}
.top{display:flex;align-items:center;gap:12px;padding:20px 0 16px;border-bottom:1px solid var(--rule);font-size:14px;color:var(--ink2)}
.brand{display:flex;align-items:center;gap:10px;font-weight:650;color:var(--ink);letter-spacing:-.01em;font-size:16px}
.sp{flex:1}.top button{font:inherit;font-size:13px;min-height:32px;color:var(--ink2);background:none;border:1px solid var(--rule);border-radius:6px;padding:5px 11px;cursor:pointer}
.top button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
nav{display:flex;flex-wrap:wrap;gap:4px 20px;padding:12px 0;font-size:13.5px;border-bottom:1px solid var(--rule);color:var(--ink2)}nav a{text-decoration:none}nav a:hover{text-decoration:underline}
.hero{padding:48px 0 8px;display:grid;grid-template-columns:minmax(0,1fr) 280px;gap:48px;align-items:start}
.eyebrow{font-size:14px;color:var(--ink3);margin:0 0 10px}
.nb{white-space:nowrap}
h1{font-size:38px;line-height:44px;letter-spacing:-.021em;font-weight:650;margin:0 0 18px;text-wrap:balance;max-width:21em}
.lead{font-size:18px;line-height:1.5;color:var(--ink2);margin:0;max-width:40em;text-wrap:pretty}
.verdict{border-left:4px solid var(--guest);padding:2px 0 4px 18px;margin-top:34px}.verdict.doubt{border-color:var(--worsetext)}.verdict.fails{border-color:var(--failed)}
.verdict b{display:flex;gap:9px;align-items:baseline;font-size:18px;font-weight:650}.verdict p{margin:6px 0 0;font-size:14px;color:var(--ink2);line-height:1.5}
.fits .sg{color:var(--bettertext)}.doubt .sg{color:var(--worsetext)}.fails .sg{color:var(--failtext)}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));border-top:1px solid var(--ink);border-bottom:1px solid var(--rule);margin:36px 0 0}
.tile{padding:16px 20px;border-left:1px solid var(--rule);min-width:0}.tile:first-child{border-left:0;padding-left:0}
.tl{font-size:13.5px;color:var(--ink2)}.tv{font-size:32px;font-weight:600;letter-spacing:-.02em;line-height:1.25;font-variant-numeric:tabular-nums;margin-top:2px}
.tv span{font-size:15px;font-weight:500;color:var(--ink2);letter-spacing:0}dd{margin:0}.tc{font-size:13.5px;color:var(--ink2);margin-top:4px;font-variant-numeric:tabular-nums}
section{padding-top:64px}.sh{display:grid;grid-template-columns:40px minmax(0,1fr);border-top:1px solid var(--ink);padding-top:14px;margin-bottom:26px}
.sn{font-size:15px;color:var(--ink3);font-variant-numeric:tabular-nums;line-height:34px}h2{font-size:25px;line-height:34px;letter-spacing:-.015em;font-weight:650;margin:0}
.sh .lead{grid-column:2;margin:6px 0 0;max-width:44em}
.fig{margin:0 0 44px;min-width:0}figcaption{margin-bottom:14px}h3{font-size:17px;line-height:23px;font-weight:600;margin:0;letter-spacing:-.008em;text-wrap:balance}
figcaption p,.sub,.note,.words p,.words li,.verdict p{text-wrap:pretty}figcaption p,.sub{margin:3px 0 0;font-size:14px;line-height:20px;color:var(--ink2);max-width:60em}.sub{margin-bottom:14px}
.note{font-size:12.5px;line-height:1.5;color:var(--ink3);margin:10px 0 0;max-width:66em}
.fig.half{max-width:516px}.pair .tw td{white-space:nowrap}.pair .tw tbody th{min-width:0}.pair .tw td.q{white-space:normal}.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 40px;align-items:start}
.take{float:right;display:flex;gap:2px;margin-top:8px;position:relative}.take button{font:inherit;font-size:13px;min-height:28px;color:var(--ink2);background:none;border:0;padding:4px 8px;cursor:pointer;text-decoration:underline;text-decoration-color:var(--rule);text-underline-offset:3px}.take button:hover{color:var(--ink);text-decoration-color:var(--ink)}
details{margin-top:8px;font-size:13px}summary{cursor:pointer;color:var(--ink2);width:max-content;padding:4px 0}details .tw{margin-top:8px;max-width:720px;max-height:420px;overflow:auto}
.tw{overflow-x:auto;background:linear-gradient(to left,var(--paper) 30%,transparent) 100% 0/48px 100% no-repeat local,linear-gradient(to left,color-mix(in srgb,var(--ink) 14%,transparent),transparent) 100% 0/14px 100% no-repeat scroll}
.tw.more::before{content:"more columns to the right \\2192";position:sticky;left:0;display:block;width:max-content;font-size:12px;line-height:18px;color:var(--ink3);padding-bottom:4px}.tall{max-height:560px;overflow:auto}.tall thead th{position:sticky;top:0;background:var(--paper);z-index:1}table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:8px 14px 8px 0;border-bottom:1px solid var(--rule);font-weight:400;vertical-align:top}tbody th,td.q{overflow-wrap:anywhere}tbody th{min-width:9.5em}td.q{min-width:11em}
thead th{font-size:13px;color:var(--ink3);border-bottom:1px solid var(--ink3);vertical-align:bottom;padding-top:0;overflow-wrap:normal}
.n{text-align:right;padding-right:0;padding-left:14px;white-space:nowrap}td.q{color:var(--ink2)}.n+td:not(.n),.n+th:not(.n){padding-left:28px}
.ok{color:var(--bettertext);font-weight:600}.bad{color:var(--failtext);font-weight:600}
.block{margin:0 0 44px}pre{font:13px/1.6 var(--mono);background:var(--sunk);padding:16px 18px;overflow-x:auto;margin:8px 0 0;border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere}
.words p,.words li{font-size:14px;color:var(--ink2);max-width:52em}.words p{margin:8px 0 14px}.words ul{margin:8px 0 14px;padding-left:18px}.words li{margin-bottom:6px}.mk{font-size:12.5px;border:1px solid var(--rule);border-radius:4px;padding:1px 6px;white-space:nowrap}tr.st>*{background:var(--sunk)}
footer{border-top:1px solid var(--rule);margin-top:56px;padding-top:14px;font-size:12.5px;color:var(--ink3)}
.fm,.fn,.hn{display:none}.fig svg{max-width:100%;height:auto}[hidden]{display:none}`;

const widths = `
@media screen and (max-width:1135px){.fw{display:none}.fm{display:block}.pair{grid-template-columns:minmax(0,1fr)}.hero{grid-template-columns:minmax(0,1fr);gap:0}.fm svg{margin:0 auto}}
@media screen and (max-width:759px){.page{padding:0 22px 48px}.fm,.fw,.hw{display:none}.fn,.hn{display:block}.hero{padding-top:24px}h1{font-size:27px;line-height:32px;margin-bottom:12px}.lead{font-size:16.5px}.verdict{margin-top:24px}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.tile{padding:13px 14px}.tile:nth-child(odd){border-left:0;padding-left:0}.tile:nth-child(n+3){border-top:1px solid var(--rule)}.tv{font-size:22px}
section{padding-top:44px}.sh{grid-template-columns:28px minmax(0,1fr)}h2{font-size:21px;line-height:30px}.sn{line-height:30px}.sh .lead{grid-column:1/-1}
nav{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap;margin:0 -22px;padding:12px 22px}.fig,.block{margin-bottom:38px}table{font-size:13px}.top button{min-height:40px}.top>span:not(.sp){display:none}.tc{overflow-wrap:anywhere}summary{padding:10px 0}.take{margin-top:4px}.take button{min-height:40px;padding:8px}
.tw{margin-right:-22px;padding-right:22px}.wide table{width:max-content;min-width:100%}.wide td{white-space:nowrap}.wide tbody th,.wide thead th:first-child{position:sticky;left:0;background:var(--paper);min-width:104px;max-width:128px}.wide td.q{white-space:normal;min-width:220px}}`;

const print = `
@media print{@page{size:A4;margin:13mm 14mm}body{font-size:10.5pt;background:#fff}:root{--paper:#FFFFFF!important}.page{max-width:none;padding:0}.top button,nav,details,.skip,.take{display:none!important}.top{padding:0 0 6px}
.hero{grid-template-columns:minmax(0,1fr) 176px;gap:20px;padding:8px 0 0}.eyebrow{font-size:9pt;margin-bottom:6px}h1{font-size:19pt;line-height:1.15;margin-bottom:10px}.lead{font-size:10.5pt}.verdict{margin-top:18px}.verdict b{font-size:12pt}.verdict p{font-size:9pt}
.tiles{grid-template-columns:repeat(4,1fr);margin-top:10px}.tl{font-size:9pt}.tile,.tile:nth-child(odd){padding:7px 10px;border-top:0;border-left:1px solid var(--rule)}.tile:first-child{border-left:0;padding-left:0}.tv{font-size:17pt}.tc{font-size:9pt}
.fw,.fn,.hw{display:none}.fm,.hn{display:block}.pair{grid-template-columns:repeat(2,minmax(0,1fr));gap:0 18px}section{padding-top:8px}h2{font-size:15pt;line-height:1.3}.sh .lead{margin-top:2px}.sh{padding-top:6px;margin-bottom:8px;break-after:avoid;break-inside:avoid}
.fig,.block,tr{break-inside:avoid}.block:has(.tall){break-inside:auto}.tall tbody th{min-width:14em}.fig,.block{margin-bottom:12px}figcaption{margin-bottom:6px}h3{font-size:12pt;break-after:avoid}figcaption p,.sub,.note{font-size:9pt}table{font-size:9pt}th,td{padding-top:4px;padding-bottom:4px}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}svg .pt{display:inline!important}.tw,.tall{overflow:visible;max-height:none;background:none}.tw.more::before{display:none}tbody th,td.q{min-width:0}tbody th,td.q{overflow-wrap:break-word}.mk{white-space:normal;font-size:7.5pt;padding:0 4px}.words p,.words li{font-size:9.5pt}.words p,.words ul{margin:4px 0 8px}footer{margin-top:10px;padding-top:8px;font-size:9pt}table,thead th{font-size:8pt}th,td{padding-right:8px}.n{padding-right:0;padding-left:8px}.n+td:not(.n),.n+th:not(.n){padding-left:12px}.pair table,.pair thead th{font-size:7pt}.pair th,.pair td{padding-right:6px}.pair .n{padding-right:0;padding-left:6px}.tall thead th{position:static}.tall tbody tr:nth-child(n+21){display:none}.tall::after{content:"At most 20 rows are printed; the page on the screen and the files have all of them.";display:block;font-size:9pt;color:var(--ink3);padding-top:6px}pre{font-size:8pt}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}`;

/** All of it. The same bytes for every report, so that its hash in the page's policy is the same too. */
export function pageCss(): string {
  const dark = themeVariables("dark");
  return [
    `:root{color-scheme:light;${themeVariables("light")};--font:${FONT};--mono:${MONO}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${dark}}}`,
    `@media screen{:root[data-theme=dark]{color-scheme:dark;${dark}}}`,
    drawingCss(),
    frame,
    widths,
    print,
  ]
    .join("\n")
    .replaceAll("\n", "");
}
