export type Answer = { status: number; body: unknown };

export const refusal = (status: number, ErrorCode: number, Message: string): Answer => ({
  status,
  body: { ErrorCode, Message },
});
