import { endpoint } from "../endpoint.ts";
import { Demo, writeDemo } from "../site/demo.ts";

export const setDemo = endpoint({
  id: "setDemo",
  tag: "tenants",
  method: "put",
  path: "/v1/demo",
  summary: "Choose the channel the demo page talks to",
  access: { who: "platform" },
  body: Demo,
  example: { channelId: "chn_01kbd0mz3v7q2x9c4f6g8h1j5k", agentName: "Taller La Cadena" },
  response: Demo,
  handle: async ({ c, body }) => {
    await writeDemo(c.env, body);
    return { body };
  },
});
