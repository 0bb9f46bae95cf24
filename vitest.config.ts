import { defineConfig } from "vitest/config";

/** Tests that compare times, or that start as many processes as there are: nothing else runs meanwhile. */
const ALONE = [
  "e2e/fault-matrix/process.test.ts",
  "e2e/long-conversation.test.ts",
  "e2e/outage.test.ts",
  "e2e/overload.test.ts",
  "e2e/start.test.ts",
];
const servers = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/*/{src,test}/**/*.test.ts",
            "emulators/*/**/*.test.ts",
            "apps/*/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**"],
          // Some try hundreds of made-up inputs; how long that takes is the machine's affair.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "system",
          include: ["e2e/**/*.test.ts"],
          exclude: ["e2e/browser/**", "**/node_modules/**", ...ALONE],
          // Every file has its own servers and mostly waits for them.
          maxWorkers: 2,
          ...servers,
        },
      },
      {
        test: {
          name: "system-alone",
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...servers,
        },
      },
      {
        test: {
          name: "browser",
          include: ["e2e/browser/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          ...servers,
        },
      },
      "workers/*/vitest.config.ts",
    ],
  },
});
