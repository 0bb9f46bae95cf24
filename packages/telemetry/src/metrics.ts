/** The part of an Analytics Engine binding that is used. A point never holds text of a message or an address. */
export type Dataset = {
  writeDataPoint(point: { indexes?: string[]; blobs?: string[]; doubles?: number[] }): void;
};

export type WebhookPoint = {
  tenantId: string;
  channelId: string;
  channelKind: string;
  status: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  spilled: number;
  ms: number;
};

/** blobs: webhook, channel, kind · doubles: status, accepted, duplicates, rejected, spilled, ms */
export function writeWebhook(dataset: Dataset, point: WebhookPoint): void {
  dataset.writeDataPoint({
    indexes: [point.tenantId],
    blobs: ["webhook", point.channelId, point.channelKind],
    doubles: [point.status, point.accepted, point.duplicates, point.rejected, point.spilled, point.ms],
  });
}

export type TurnPoint = {
  tenantId: string;
  agentId: string;
  channelKind: string;
  outcome: string;
  ms: number;
  steps: number;
  resumes: number;
  tokensIn: number;
  tokensOut: number;
  tokensCached: number;
  costMicros: number;
};

/** blobs: turn, agent, channel kind, outcome · doubles: ms, steps, resumes, tokens in, out, cached, cost */
export function writeTurn(dataset: Dataset, point: TurnPoint): void {
  dataset.writeDataPoint({
    indexes: [point.tenantId],
    blobs: ["turn", point.agentId, point.channelKind, point.outcome],
    doubles: [
      point.ms,
      point.steps,
      point.resumes,
      point.tokensIn,
      point.tokensOut,
      point.tokensCached,
      point.costMicros,
    ],
  });
}

export type ModelCallPoint = {
  tenantId: string;
  provider: string;
  model: string;
  outcome: string;
  ms: number;
  firstTokenMs: number;
  tokensIn: number;
  tokensOut: number;
  costMicros: number;
};

/** blobs: model, provider, model, outcome · doubles: ms, first token ms, tokens in, out, cost */
export function writeModelCall(dataset: Dataset, point: ModelCallPoint): void {
  dataset.writeDataPoint({
    indexes: [point.tenantId],
    blobs: ["model", point.provider, point.model, point.outcome],
    doubles: [point.ms, point.firstTokenMs, point.tokensIn, point.tokensOut, point.costMicros],
  });
}

export type ToolCallPoint = { tenantId: string; kind: string; tool: string; outcome: string; ms: number };

/** blobs: tool, kind, tool, outcome · doubles: ms */
export function writeToolCall(dataset: Dataset, point: ToolCallPoint): void {
  dataset.writeDataPoint({
    indexes: [point.tenantId],
    blobs: ["tool", point.kind, point.tool, point.outcome],
    doubles: [point.ms],
  });
}

export type SendPoint = {
  tenantId: string;
  channelId: string;
  channelKind: string;
  outcome: string;
  tries: number;
  ms: number;
};

/** blobs: send, channel, kind, outcome (sent or the error class) · doubles: tries, ms */
export function writeSend(dataset: Dataset, point: SendPoint): void {
  dataset.writeDataPoint({
    indexes: [point.tenantId],
    blobs: ["send", point.channelId, point.channelKind, point.outcome],
    doubles: [point.tries, point.ms],
  });
}

export type ProjectionPoint = { tenantId: string; conversations: number; rows: number; lagMs: number; ms: number };

/** blobs: projection · doubles: conversations, rows, lag, ms */
export function writeProjection(dataset: Dataset, point: ProjectionPoint): void {
  dataset.writeDataPoint({
    indexes: [point.tenantId],
    blobs: ["projection"],
    doubles: [point.conversations, point.rows, point.lagMs, point.ms],
  });
}

export type ParkedPoint = { tenantId: string; what: "log" | "turn"; version: number };

/** blobs: parked, log or turn · doubles: version */
export function writeParked(dataset: Dataset, point: ParkedPoint): void {
  dataset.writeDataPoint({ indexes: [point.tenantId], blobs: ["parked", point.what], doubles: [point.version] });
}

export type AlertPoint = { tenantId: string; channelId: string; kind: string; what: "opened" | "closed" };

/** blobs: alert, channel, kind, opened or closed · doubles: none */
export function writeAlert(dataset: Dataset, { tenantId, channelId, kind, what }: AlertPoint): void {
  dataset.writeDataPoint({ indexes: [tenantId], blobs: ["alert", channelId, kind, what] });
}
