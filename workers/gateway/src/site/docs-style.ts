export const docsStyle = `:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6676; --paper: #fbfaf7; --line: #dfdbd2; --code: #f1eee6; --accent: #0b6b58; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e0; --soft: #a3a9b3; --paper: #14181d; --line: #2c333b; --code: #1d232a; --accent: #5cc9ae; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; display: grid; grid-template: auto 1fr / minmax(14rem, 18rem) minmax(0, 1fr); font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
main:focus { outline: none; }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 2; padding: .5rem 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; }
.skip:focus { top: .5rem; }
header { grid-column: 1 / -1; position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; align-items: center; padding: .5rem 1rem; border-bottom: 1px solid var(--line); background: var(--paper); font-size: .875rem; }
header p { margin: 0; }
.languages { display: flex; gap: .25rem; }
.languages a { display: inline-block; padding: .35rem .75rem; border-radius: .3rem; }
.languages [aria-current] { background: var(--code); color: var(--ink); font-weight: 600; }
.menu { position: sticky; top: 3.1rem; height: calc(100vh - 3.1rem); overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: .875rem; }
.menu ul { list-style: none; margin: 0; padding: 0 0 0 .75rem; }
.menu > ul { padding: 0; }
.menu li { margin: .3rem 0; }
.menu > ul > li { margin: .75rem 0; font-weight: 600; }
.menu ul ul { font-weight: 400; }
main { max-width: 56rem; padding: 1rem 2rem 4rem; }
h1 small { font-weight: 400; color: var(--soft); font-size: 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .25rem; }
.call { margin: 0; overflow-wrap: anywhere; }
p code, .call code { padding: .1rem .3rem; border-radius: .25rem; background: var(--code); font-size: .9em; }
.call code { background: none; padding: 0; }
.method { display: inline-block; min-width: 4.2rem; padding: .1rem .4rem; border-radius: .3rem; text-align: center; font-size: .75rem; font-weight: 600; color: #fff; background: #475569; }
.get { background: #1d5fbf; } .post { background: #0b6b58; } .put, .patch { background: #8a5a00; } .delete { background: #a32130; }
pre { overflow: auto; max-height: 30rem; padding: 1rem; border-radius: .5rem; background: var(--code); font-size: .8125rem; }
summary { cursor: pointer; padding: .25rem 0; color: var(--soft); width: fit-content; }
details:target > summary { color: var(--ink); font-weight: 600; }
@media (max-width: 48rem) {
  body { display: block; }
  .menu { position: static; height: auto; padding: .75rem 1rem; border-right: 0; border-bottom: 1px solid var(--line); }
  .menu > ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
  .menu > ul > li { margin: 0; font-weight: 400; }
  .menu > ul > li > a { display: inline-block; padding: .35rem 0; }
  .menu ul ul { display: none; }
  main { padding: 1rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
