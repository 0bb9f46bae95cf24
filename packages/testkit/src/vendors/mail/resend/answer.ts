export type Answer = { status: number; body: unknown };

export const refusal = (statusCode: number, name: string, message: string): Answer => ({
  status: statusCode,
  body: { statusCode, name, message },
});
