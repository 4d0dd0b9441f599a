"""How a report's page looks: in light and dark, on a phone, on paper.

The colours of plots are those of Okabe and Ito, which people with each kind of colour blindness can
tell apart; on dark ground some are lighter. Nothing is told by colour alone.
"""

STYLE = """
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1b1d20;--soft:#5a6068;--line:#dfe1e4;
--link:#0a58a8;--good:#00664b;--warn:#8a5300;--bad:#ac2f00;--bar:#0072b2;--grid:#e6e8ea;
--c0:#0072b2;--c1:#e69f00;--c2:#009e73;--c3:#cc79a7;--c4:#56b4e9;--c5:#d55e00;--c6:#8a8f96}
@media (prefers-color-scheme:dark){:root{--bg:#15171a;--card:#1d2024;--ink:#e8eaed;--soft:#a4abb3;
--line:#33383e;--link:#7db8f0;--good:#4cc79f;--warn:#f0b64a;--bad:#ff8f62;--bar:#4aa3da;
--grid:#2b3036;--c0:#4aa3da;--c1:#e69f00;--c2:#1fb58a;--c3:#d990b8;--c4:#9ad2f3;--c5:#f07f3c;
--c6:#7c838b}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,
-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:0}
h2{font-size:1.15rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.4rem 0}
.meta,.of,.none,figcaption,caption,footer{color:var(--soft)}
.meta,td,th,li,p{overflow-wrap:break-word}
.meta,bdi{overflow-wrap:anywhere}
a{color:var(--link)}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.75rem 0 1rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;
padding:1rem 1.25rem;margin:0 0 1.25rem}
.verdict{list-style:none;padding:0;margin:0;display:grid;gap:.6rem}
.verdict li{overflow-wrap:anywhere;display:grid;grid-template-columns:1.6rem 9rem 1fr;gap:.5rem}
.verdict b{font-weight:600}
.mark{font-weight:700;text-align:center;border:1.5px solid;border-radius:50%;width:1.5rem;
height:1.5rem;line-height:1.35rem}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.state{font-weight:600;white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.93rem}
caption.h{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
caption{text-align:left;padding:0 0 .4rem;font-size:.93rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;
border-bottom:1px solid var(--line)}
tbody th{min-width:11rem}td.w{min-width:18rem}
thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
tbody th{font-weight:400}
tbody tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.n:last-child,th.n:last-child{padding-right:0}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--link)}
td details,td ul{margin:0}
ul.plain{list-style:none;padding:0;margin:0}
ul.plain li{padding:0 0 .25rem}
.soft{color:var(--soft);font-weight:400}
.grid{display:grid;grid-template-columns:1fr 1fr;gap:1rem 2rem}
figure{margin:0 0 1rem}
figcaption{font-size:.93rem;margin:.2rem 0 0}
svg{display:block;max-width:100%;height:auto;overflow:visible}
svg text{fill:var(--ink);font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
svg .a{fill:var(--soft)}
svg .t{font-weight:600;font-size:13px}
svg .g{stroke:var(--grid)}svg .x{stroke:var(--soft)}
.s0{fill:var(--c0)}.s1{fill:var(--c1)}.s2{fill:var(--c2)}.s3{fill:var(--c3)}.s4{fill:var(--c4)}
.s5{fill:var(--c5)}.s6{fill:var(--c6)}
.l0{stroke:var(--c0);fill:none;stroke-width:2}
.spark{width:8.5rem;min-width:8.5rem;height:1.5rem}
time{white-space:nowrap}
code{font-size:.95em}
.narrow{display:none}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.3rem 0 0;
font-size:.93rem}
.key svg{display:inline-block;width:.8rem;height:.8rem;margin-right:.35rem;vertical-align:-.08rem}
footer{padding-bottom:2rem;font-size:.93rem}
@media (min-width:721px){
#sources tbody th{min-width:17rem}#sources td:nth-child(2){min-width:9rem}
#rejects td:nth-child(2){min-width:11rem}#stories td.w{min-width:27rem}
}
@media (max-width:720px){
body{font-size:16px}
main,header,footer{padding-left:.75rem;padding-right:.75rem}
section{padding:.85rem .85rem}
.grid{grid-template-columns:minmax(0,1fr)}
.wide{display:none}.narrow{display:block}
.verdict li{grid-template-columns:1.6rem 1fr}
.verdict li>span:last-child{grid-column:1/-1}
table,tbody,tr,tbody th,td,caption{display:block;width:100%}
thead{display:none}
tr{border:1px solid var(--line);border-radius:.4rem;padding:.4rem .7rem;margin:0 0 .5rem;
display:flex;flex-wrap:wrap;column-gap:1.25rem}
tbody th,td,td.w{border:0;min-width:0;padding:.1rem 0;text-align:left}
tbody th{font-weight:600;overflow-wrap:anywhere}
td{display:flex;gap:1rem;justify-content:space-between;white-space:normal;overflow-wrap:anywhere}
td.n{white-space:normal;width:auto;gap:.4rem}
.grid{margin-bottom:.75rem}
td.w{display:block}
td.e{display:none}
td::before{content:attr(data-h);color:var(--soft);flex:none}
td.w::before{display:block}
}
@media print{
:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#ddd;--link:#000;
--good:#00664b;--warn:#8a5300;--bad:#ac2f00;--bar:#0072b2;--c0:#0072b2;--c1:#e69f00;--c2:#009e73;
--c3:#cc79a7;--c4:#56b4e9;--c5:#d55e00;--c6:#8a8f96}
body{font-size:10pt}nav,summary{display:none}
section{border:0;padding:0;break-inside:auto}figure,tr{break-inside:avoid}
h2{break-after:avoid}a{text-decoration:none}
}
"""
