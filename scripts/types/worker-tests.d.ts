/** What the test runner gives to a module beside the runtime. */
interface ImportMeta {
  readonly env: { readonly MODE: string };
  glob<Module>(pattern: string, options: { eager: true; import: "default" }): Record<string, Module>;
}
