import { runChecks, staticChecks, unitTests } from "./checks.ts";

const { passed, failed } = runChecks([...staticChecks, unitTests]);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
