/** How the web page looks: light and dark as the reader's system has it, from 360 pixels on. */
export const pageStyle = `:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e9ec); --paper: light-dark(#ffffff, #14171a);
  --dim: light-dark(#59636e, #9aa4ae); --line: light-dark(#d5dae0, #32383f); --good: light-dark(#0a6b3d, #5fd08f);
  --bad: light-dark(#b3261e, #ff8a80); --link: light-dark(#1f5fd6, #6ea8fe); --card: light-dark(#f6f8fa, #1c2126) }
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; background: var(--paper); padding: .3rem }
a { color: var(--link) }
header { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: baseline }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem } h3 { font-size: .95rem; margin: .9rem 0 .2rem }
p { margin: .4rem 0 } .dim { color: var(--dim) } .bad { color: var(--bad) } .good { color: var(--good) }
form { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end }
form p { flex-basis: 100% } label { display: grid; gap: .1rem; color: var(--dim); font-size: 13px }
input, select, button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--dim);
  border-radius: 5px; padding: .3rem .55rem; max-width: 100%; min-height: 2.1rem }
button { background: var(--card); cursor: pointer } #name, #search { width: 22rem }
code, kbd, .mono { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace }
code, a.mono { overflow-wrap: anywhere }
kbd { border: 1px solid var(--line); border-radius: 3px; padding: 0 .3rem; background: var(--card) }
ul { list-style: none; padding: 0; margin: .6rem 0 }
details { border: 1px solid var(--line); border-radius: 6px; margin: .35rem 0; background: var(--card) }
summary { cursor: pointer; padding: .4rem .7rem; display: flex; flex-wrap: wrap; gap: 0 .9rem; align-items: baseline }
summary::before { content: "▸"; color: var(--dim) } details[open] > summary::before { content: "▾" }
summary > * { min-width: 0; overflow-wrap: anywhere } summary strong { flex: 1 1 12rem }
.inside { padding: 0 .7rem .6rem; overflow-x: auto }
.mark { font-size: 12px; border: 1px solid currentColor; border-radius: 9px; padding: 0 .5rem }
table { border-collapse: collapse; width: 100% } th { text-align: left; font-weight: 600; color: var(--dim) }
th, td { padding: .12rem .8rem .12rem 0; vertical-align: top; overflow-wrap: break-word }
th { white-space: nowrap } td:first-child { overflow-wrap: anywhere; min-width: 7rem }
.number { text-align: right; white-space: nowrap }
#answer > div { border-left: 4px solid var(--line); background: var(--card); padding: .5rem .8rem; margin: .8rem 0; overflow-x: auto }
#answer > .good { border-color: var(--good); color: inherit } #answer > .bad { border-color: var(--bad); color: inherit }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .4rem 0 } dt { color: var(--dim) }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0 }
@media (max-width: 32rem) { #name, #search { width: 100% } form label { flex: 1 1 8rem } label:has(#name, #search) { flex-basis: 100% }
  dl { grid-template-columns: 1fr } dd { margin-bottom: .3rem } }
`;
