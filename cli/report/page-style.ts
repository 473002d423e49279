/** How the page of an explanation looks: light and dark as the reader's system has it, without a request to anywhere. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e9ec); --paper: light-dark(#ffffff, #14171a);
  --dim: light-dark(#59636e, #9aa4ae); --line: light-dark(#d5dae0, #32383f); --good: light-dark(#0a6b3d, #5fd08f);
  --bad: light-dark(#b3261e, #ff8a80); --wait: light-dark(#8a5a00, #f0b429); --bar: light-dark(#2f6feb, #6ea8fe);
  --card: light-dark(#f6f8fa, #1c2126); }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere } p { margin: .4rem 0 }
a { color: var(--bar) } :focus-visible { outline: 3px solid var(--bar); outline-offset: 2px }
pre, code, td.mono { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace }
pre { background: var(--card); border: 1px solid var(--line); padding: .6rem .8rem; overflow-x: auto; margin: .5rem 0 }
.dim { color: var(--dim) } .bad { color: var(--bad) } .good { color: var(--good) }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: .8rem 0 }
table { border-collapse: collapse; width: 100% } th { text-align: left; font-weight: 600; color: var(--dim) }
th, td { padding: .18rem .6rem .18rem 0; vertical-align: top } .number { text-align: right; white-space: nowrap }
.parting { border-left: 4px solid var(--line); background: var(--card); padding: .6rem 1rem; margin: .8rem 0 }
.parting.difference { border-color: var(--bad) }
section.resolver { border-top: 1px solid var(--line); margin-top: 2rem }
details { border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; background: var(--card) }
details.parts { border-color: var(--bad) }
summary { cursor: pointer; padding: .5rem .8rem; display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline }
summary::before { content: "▸"; color: var(--dim) } details[open] > summary::before { content: "▾" }
.questions { padding: 0 .8rem .6rem; overflow-x: auto } .questions table { min-width: 46rem; table-layout: fixed }
.questions th:nth-child(1) { width: 5rem } .questions th:nth-child(2) { width: 4rem }
.questions th:nth-child(3) { width: 12rem } .questions th:nth-child(4) { width: 14rem }
.track { position: relative; height: 1.1rem; background: linear-gradient(var(--line), var(--line)) 0 50% / 100% 1px no-repeat }
.bar { position: absolute; top: .2rem; height: .7rem; min-width: 3px; border-radius: 2px; background: var(--bar);
  left: calc(var(--all-start) * 100%); width: calc(var(--all-width) * 100%) }
.bar.failed { background: var(--bad) } .bar.silent { background: none; border: 1px dashed var(--wait) }
body:has(#own:checked) .bar { left: calc(var(--own-start) * 100%); width: calc(var(--own-width) * 100%) }
fieldset { border: 1px solid var(--line); border-radius: 6px; display: inline-flex; gap: 1.2rem; padding: .3rem .8rem }
.scale { display: flex; justify-content: space-between; color: var(--dim); font-size: 12px }
body:has(#own:checked) .scale .all, body:not(:has(#own:checked)) .scale .own { display: none }
@media print { details:not([open]) > :not(summary) { display: block } body { max-width: none } }
@media (prefers-reduced-motion: no-preference) { .bar { transition: left .15s, width .15s } }
`;
