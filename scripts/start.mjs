import { install, runPinned } from "./bootstrap.mjs";

install();
runPinned(["scripts/dev/start.ts", ...process.argv.slice(2)]);
