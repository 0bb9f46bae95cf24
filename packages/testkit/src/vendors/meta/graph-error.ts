/** How the Graph API says no: the code is what callers go by, the HTTP status hardly ever is. */
export type GraphFailure = {
  status: number;
  code: number;
  subcode?: number;
  message?: string;
  details?: string;
  transient?: boolean;
  headers?: Record<string, string>;
};

export class GraphRefusal extends Error {
  readonly failure: GraphFailure;
  constructor(failure: GraphFailure) {
    super(failure.message ?? `(#${failure.code})`);
    this.failure = failure;
  }
}

export function refuse(status: number, code: number, message: string, more: Partial<GraphFailure> = {}): never {
  throw new GraphRefusal({ status, code, message, ...more });
}

let trace = 0;

export function bodyOf({ code, subcode, message, details, transient }: GraphFailure): string {
  return JSON.stringify({
    error: {
      message: message ?? `(#${code}) refused`,
      type: "OAuthException",
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(details !== undefined && { error_data: { messaging_product: "whatsapp", details } }),
      ...(transient !== undefined && { is_transient: transient }),
      fbtrace_id: `A${(++trace).toString(36).padStart(10, "0")}`,
    },
  });
}
