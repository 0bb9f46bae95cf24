import { WorkerEntrypoint } from "cloudflare:workers";
import type { DocumentReading, ForTenant, ToolsRpc } from "@charla/domain/rpc";
import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { executeTool } from "@charla/tools/execute";
import { egressPorts } from "./egress.ts";
import { readDocument } from "./read-document.ts";
import { record } from "./record.ts";

/** Reached only through the agent's service binding; nothing of it is public. */
export default class ToolsEntrypoint extends WorkerEntrypoint<ToolsEnv> implements ToolsRpc {
  override fetch(): Response {
    return new Response(null, { status: 404 });
  }

  async run(request: ToolRequest): Promise<ToolResult> {
    const result = await executeTool(request, egressPorts(this.env));
    record(this.env.METRICS, request, result);
    return result;
  }

  async readDocument(args: ForTenant<{ key: string; whole?: boolean }>): Promise<DocumentReading> {
    return await readDocument(this.env.FILES, args);
  }
}
