import { describe, expect, it } from "vitest";
import type { ModelConnection, TranscriptionRequest } from "./contract.ts";
import { callModel, transcribeAudio } from "./registry.ts";
import { transcriptionReservation } from "./transcribe.ts";

const audio = new TextEncoder().encode("OggS…");
const timeouts = { totalMs: 5000, firstTokenMs: 5000, idleMs: 5000 };
const request = (model: string, change: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
  ref: { provider: "workers-ai", model },
  audio,
  mime: "audio/ogg",
  signal: new AbortController().signal,
  timeouts,
  ...change,
});

const WHISPER = "@cf/openai/whisper-large-v3-turbo";
const platform = (run: (model: string, inputs: unknown) => Promise<unknown>): ModelConnection => ({
  kind: "workers-ai",
  binding: { run },
});
const server = (answer: (sent: Request) => Promise<Response>): ModelConnection => ({
  kind: "openai-compatible",
  baseUrl: "https://models.example.com/v1",
  apiKey: "sk-secret-1",
  prices: { "*": { input: 6, output: 10 } },
  fetch: (input, init) => answer(new Request(input, init)),
});

describe("on Workers AI", () => {
  it("sends the sound as Base64 and charges by its length", async () => {
    let seen: unknown;
    const connection = platform(async (model, inputs) => {
      seen = { model, inputs };
      return { text: " Hola ", transcription_info: { duration: 60 } };
    });
    const heard = await transcribeAudio(request(WHISPER), connection);
    expect(seen).toEqual({ model: WHISPER, inputs: { audio: Buffer.from(audio).toString("base64") } });
    expect(heard).toMatchObject({ text: "Hola", costMicros: 510 });
    expect(heard.usage.output).toBeGreaterThan(0);
  });

  it("never costs more than was reserved for it", async () => {
    const large = new Uint8Array(600_000);
    const reserved = transcriptionReservation(
      large.byteLength,
      WHISPER,
      platform(async () => ({})),
    );
    const heard = await transcribeAudio(
      request(WHISPER, { audio: large }),
      platform(async () => ({ text: "¿Abrís?" })),
    );
    expect(heard.costMicros).toBeLessThanOrEqual(reserved.micros);
    expect(heard.usage.output).toBeLessThanOrEqual(reserved.tokens);
  });

  it.each([[{ words: [] }], ["text"], [null]])("takes %j for no answer", async (output) => {
    await expect(
      transcribeAudio(
        request(WHISPER),
        platform(async () => output),
      ),
    ).rejects.toMatchObject({
      class: "garbage",
    });
  });
});

describe("on a server that speaks OpenAI's protocol", () => {
  it("uploads the file under a name that tells its format, and charges what the server counted", async () => {
    let form: FormData | undefined;
    let sent: Request | undefined;
    const connection = server(async (asked) => {
      sent = asked;
      form = await asked.formData();
      return Response.json({ text: "Hola", usage: { type: "tokens", input_tokens: 100, output_tokens: 2 } });
    });
    const heard = await transcribeAudio(request("whisper-1"), connection);
    expect(sent?.url).toBe("https://models.example.com/v1/audio/transcriptions");
    expect(sent?.headers.get("authorization")).toBe("Bearer sk-secret-1");
    const file = form?.get("file");
    if (!(file instanceof File)) throw new Error("no file");
    expect([form?.get("model"), file.name, file.type, new Uint8Array(await file.arrayBuffer())]).toEqual([
      "whisper-1",
      "audio.ogg",
      "audio/ogg",
      audio,
    ]);
    expect(heard).toMatchObject({ text: "Hola", usage: { input: 100, output: 2 }, costMicros: 620 });
  });

  it.each([
    [429, "throttle"],
    [401, "auth"],
    [400, "invalid"],
    [503, "transient"],
    [302, "invalid"],
  ])("says what a %i means", async (status, kind) => {
    const connection = server(
      async () => new Response("sk-secret-1", { status, headers: { location: "https://x.y" } }),
    );
    await expect(transcribeAudio(request("whisper-1"), connection)).rejects.toMatchObject({ class: kind });
  });

  it("is given up after its time", async () => {
    const connection = server(() => new Promise(() => undefined));
    const short = request("whisper-1", { timeouts: { ...timeouts, totalMs: 20 } });
    await expect(transcribeAudio(short, connection)).rejects.toMatchObject({ class: "timeout" });
  });
});

describe("an image beside the words", () => {
  const seeing = (connection: ModelConnection) =>
    callModel(
      {
        ref: { provider: "workers-ai", model: "@cf/google/gemma-4-26b-a4b-it" },
        system: "",
        messages: [{ role: "user", text: "¿Qué ves?" }],
        files: [{ mime: "image/png", bytes: audio }],
        tools: [],
        maxOutputTokens: 100,
        signal: new AbortController().signal,
        timeouts,
      },
      connection,
    );
  const url = `data:image/png;base64,${Buffer.from(audio).toString("base64")}`;
  const answer = { choices: [{ index: 0, message: { role: "assistant", content: "Rosas" }, finish_reason: "stop" }] };

  it("is shown to a model of the platform", async () => {
    let seen = "";
    const connection = platform(async (_model, inputs) => {
      seen = JSON.stringify(inputs);
      return answer;
    });
    expect((await seeing(connection)).text).toBe("Rosas");
    expect(seen).toContain(url);
    expect(seen).toContain("¿Qué ves?");
  });

  it("is shown to a server's", async () => {
    let seen = "";
    const connection = server(async (asked) => {
      seen = await asked.text();
      return Response.json({ id: "c", object: "chat.completion", created: 1, model: "m", ...answer });
    });
    expect((await seeing(connection)).text).toBe("Rosas");
    expect(seen).toContain(url);
  });
});
