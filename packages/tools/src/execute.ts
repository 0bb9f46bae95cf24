import type { EgressPolicy } from "@charla/domain/egress-policy";
import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { ToolFailure } from "./contract.ts";
import { guardedFetch } from "./egress.ts";
import { outputFor } from "./output.ts";
import type { PreparedTool } from "./registered.ts";
import { prepareTool, runTool } from "./run.ts";
import { scrubText } from "./scrub.ts";

export type ToolPorts = { fetch: typeof fetch; policy: EgressPolicy };

class DeadlineReached extends Error {}

/** Everything around a kind, once for all kinds: input check, time limit, egress guard, redaction, and what a failure means. */
export async function executeTool(request: ToolRequest, ports: ToolPorts): Promise<ToolResult> {
  const startedAt = Date.now();
  const took = (): number => Date.now() - startedAt;
  let tool: PreparedTool | undefined;
  try {
    tool = prepareTool(request.kind, request.config);
    const { output, truncated } = outputFor(await withDeadline(tool, request, ports), tool.secrets);
    return { status: "ok", output, ms: took(), ...(truncated ? { truncated } : {}) };
  } catch (error) {
    return failed(error, {
      unsafe: request.effect === "unsafe" || tool?.effect === "unsafe",
      secrets: tool?.secrets ?? [],
      ms: took(),
    });
  }
}

/** A plain failure certainly had no effect. Of anything else nobody knows: harmless to repeat only where repeating is. */
function failed(
  error: unknown,
  { unsafe, secrets, ms }: { unsafe: boolean; secrets: string[]; ms: number },
): ToolResult {
  if (error instanceof ToolFailure)
    return {
      status: "error",
      code: error.code,
      message: scrubText(error.message, secrets).slice(0, 1000),
      retryable: error.retryable,
      ms,
    };
  const message = error instanceof Error ? scrubText(error.message, secrets).slice(0, 300) : "The tool failed";
  if (unsafe) return { status: "unknown", message, ms };
  return {
    status: "error",
    code: error instanceof DeadlineReached ? "TIMEOUT" : "INTERRUPTED",
    message,
    retryable: true,
    ms,
  };
}

async function withDeadline(tool: PreparedTool, request: ToolRequest, ports: ToolPorts): Promise<unknown> {
  const limitMs = Math.max(Math.min(tool.timeoutMs, request.deadlineMs), 0);
  const abort = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new DeadlineReached(`The tool did not finish within ${limitMs} ms`));
    abort.abort();
  }, limitMs);
  const egress = { ...ports, signal: abort.signal };
  const context = {
    fetch: (url: string, init: Parameters<typeof guardedFetch>[1]) => guardedFetch(url, init, egress),
    idempotencyKey: request.idempotencyKey,
    deadline: Date.now() + limitMs,
    signal: abort.signal,
  };
  try {
    return await Promise.race([runTool(tool, request.input, context), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
