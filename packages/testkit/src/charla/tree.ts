import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";

export const repositoryRoot = join(import.meta.dirname, "../../../..");

const COPIED = [
  "workers",
  "packages",
  "emulators",
  "scripts",
  "migrations",
  "package.json",
  "package-lock.json",
  "wrangler.toml",
  "dist",
  "tsconfig.base.json",
];
const LEFT_OUT = new Set(["node_modules", ".wrangler", ".dev.vars"]);

/**
 * The sources in a folder of their own. A server that runs from such a copy is not disturbed by whoever edits the
 * repository meanwhile, and its sources can be changed without touching it.
 */
export class SourceTree {
  readonly root: string;

  constructor({ pages = false }: { pages?: boolean } = {}) {
    this.root = mkdtempSync(join(tmpdir(), "charla-tree-"));
    for (const name of pages ? [...COPIED, "apps"] : COPIED) {
      const from = join(repositoryRoot, name);
      if (existsSync(from)) cpSync(from, join(this.root, name), { recursive: true, filter: isSource });
    }
    // Mostly pages are not what a server is started for, and building them would take longer than everything else.
    mkdirSync(join(this.root, "apps"), { recursive: true });
    mkdirSync(join(this.root, "dist", "assets"), { recursive: true });
    this.#linkModules();
  }

  /** Our own packages must come from the copy, everything else may be shared. */
  #linkModules(): void {
    const shared = join(repositoryRoot, "node_modules");
    const own = join(this.root, "node_modules");
    mkdirSync(join(own, "@charla"), { recursive: true });
    for (const name of readdirSync(shared)) {
      if (name !== "@charla" && !LEFT_OUT.has(name)) symlinkSync(join(shared, name), join(own, name));
    }
    for (const folder of ["packages", "workers", "emulators", "apps"]) {
      for (const entry of readdirSync(join(this.root, folder))) {
        const manifest = join(this.root, folder, entry, "package.json");
        if (!existsSync(manifest)) continue;
        const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name: string };
        if (name.startsWith("@charla/")) symlinkSync(join(this.root, folder, entry), join(own, name));
      }
      const nested = join(repositoryRoot, folder);
      for (const entry of readdirSync(nested)) this.#linkNested(join(nested, entry));
    }
  }

  #linkNested(workspace: string): void {
    const modules = join(workspace, "node_modules");
    if (existsSync(modules)) symlinkSync(modules, join(this.root, relative(repositoryRoot, modules)));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  /** Replaces a statement that must be there exactly once, so that a change of the sources cannot make it do nothing. */
  replace(path: string, find: string, by: string): void {
    const before = this.read(path);
    const parts = before.split(find);
    if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times, not once: ${find}`);
    this.write(path, parts.join(by));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isSource(path: string): boolean {
  return !path.split(sep).some((part) => LEFT_OUT.has(part));
}
