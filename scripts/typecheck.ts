import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

// Workers, their tests, Node programs and pages see different global types, so each is a program of its own.
const apps = globSync("apps/*/tsconfig*.json", { cwd: root });
const projects = [
  ...globSync("tsconfig*.json", { cwd: root }).filter((file) => file !== "tsconfig.base.json"),
  ...apps,
];

const failed = projects.filter((project) => {
  const { status } = spawnSync("tsc", ["--noEmit", "-p", project], { cwd: root, stdio: "inherit" });
  return status !== 0;
});

if (failed.length > 0) {
  console.error(`Types do not hold in: ${failed.join(", ")}`);
  process.exitCode = 1;
}
