import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

const topLevel = ["apps", "bench", "docs", "e2e", "emulators", "migrations", "packages", "scripts", "workers"];
const repositoryPath = new RegExp(`^(?:${topLevel.join("|")})/[A-Za-z0-9_.@/-]+$`);

const trackedDocuments = (): string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));

const npmScripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

/** Everything a document promises that is not there: linked files, paths in backticks, npm scripts. */
function brokenReferences(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
  const paths = [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => repositoryPath.test(path));
  const scripts = [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, name = ""]) => name);
  return [
    ...links.filter((target) => !existsSync(join(root, dirname(file), target))),
    ...paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, dirname(file), path))),
    ...scripts.filter((name) => npmScripts[name] === undefined).map((name) => `npm run ${name}`),
  ].map((reference) => `${file}: ${reference} does not exist`);
}

const broken = trackedDocuments().flatMap(brokenReferences);
for (const line of broken) console.error(line);
if (broken.length > 0) process.exitCode = 1;
