export const signInStyle = `:root { color-scheme: light dark; --ink: #1b2430; --paper: #fbfaf7; --line: #dfdbd2; --card: #fff; --accent: #0b6b58; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e0; --paper: #14181d; --line: #2c333b; --card: #1d232a; --accent: #5cc9ae; --on-accent: #10241f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { width: min(28rem, 100%); padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
p:last-child { margin: 0; }
a { color: var(--accent); }
button { width: 100%; min-height: 3rem; padding: .75rem 1rem; border: 0; border-radius: .5rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); cursor: pointer; }
button:hover { filter: brightness(1.1); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (forced-colors: active) { button { border: 1px solid; } }
`;
