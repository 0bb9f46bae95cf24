import { install, runPinned } from "./bootstrap.mjs";

install();
runPinned(["scripts/test-suites.ts", ...process.argv.slice(2)]);
