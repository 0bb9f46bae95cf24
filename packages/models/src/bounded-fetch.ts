import { ModelError } from "./contract.ts";

/** Above any honest answer; a server that sends more would fill the memory of everybody in the isolate. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A fetch whose answers end in an error past the limit, and that never follows a redirect with the key in hand. */
export function boundedFetch(inner: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, { ...init, redirect: "manual" });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new ModelError("invalid", "The model server answers with a redirect; use its final address", {
        status: response.status,
      });
    }
    const length = response.headers.get("content-length");
    if (length !== null && Number(length) <= MAX_BODY_BYTES) return response;
    if (response.body === null) return response;
    return new Response(counted(response.body), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

function counted(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      bytes += value.byteLength;
      if (bytes <= MAX_BODY_BYTES) return controller.enqueue(value);
      controller.error(new ModelError("garbage", `The answer is larger than ${MAX_BODY_BYTES} bytes`));
      await reader.cancel();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
