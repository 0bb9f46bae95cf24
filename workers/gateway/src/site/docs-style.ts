export const docsStyle = `:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6676; --paper: #fbfaf7; --line: #dfdbd2; --code: #f1eee6; --accent: #0b6b58; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e0; --soft: #a3a9b3; --paper: #14181d; --line: #2c333b; --code: #1d232a; --accent: #5cc9ae; } }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: minmax(14rem, 18rem) minmax(0, 1fr); font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: .875rem; }
nav ul { list-style: none; margin: 0; padding: 0 0 0 .75rem; }
nav > ul { padding: 0; }
nav > ul > li { margin: .5rem 0; font-weight: 600; }
nav ul ul { font-weight: 400; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
main { max-width: 56rem; padding: 2rem; }
h1 small { font-weight: 400; color: var(--soft); font-size: 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); text-transform: capitalize; }
h3 { font-size: 1rem; margin: 2rem 0 .25rem; overflow-wrap: anywhere; }
.summary { font-weight: 600; margin: 0; }
.method { display: inline-block; min-width: 4.2rem; padding: .1rem .4rem; border-radius: .3rem; text-align: center; font-size: .75rem; color: #fff; background: #475569; }
.get { background: #1d5fbf; } .post { background: #0b6b58; } .put, .patch { background: #8a5a00; } .delete { background: #a32130; }
pre { overflow: auto; max-height: 30rem; padding: 1rem; border-radius: .5rem; background: var(--code); font-size: .8125rem; }
summary { cursor: pointer; color: var(--soft); }
@media (max-width: 48rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } main { padding: 1rem; } }
`;
