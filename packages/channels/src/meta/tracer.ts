const MAX_TRACER = 512;
const OUR_ID = /^[\x21-\x7e]{1,128}$/;

/** Rides with each message and comes back on its statuses: our id, and the conversation a bare number would not tell. */
export function tracerOf(messageId: string, thread: string): string {
  const tracer = `${messageId} ${thread}`;
  return tracer.length <= MAX_TRACER ? tracer : messageId;
}

export function readTracer(value: unknown): { messageId?: string; thread?: string } {
  if (typeof value !== "string") return {};
  const [messageId = "", thread] = value.split(" ", 2);
  if (!OUR_ID.test(messageId)) return {};
  return { messageId, ...(thread !== undefined && thread !== "" && { thread }) };
}
