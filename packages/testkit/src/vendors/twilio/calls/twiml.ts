export type Verb = { name: string; attributes: Record<string, string>; verbs: Verb[]; text: string };

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const KNOWN: Record<string, readonly string[]> = {
  Response: ["Say", "Pause", "Redirect", "Gather", "Connect", "Dial", "Hangup", "Reject"],
  Gather: ["Say", "Pause"],
  Connect: ["ConversationRelay"],
  ConversationRelay: ["Language", "Parameter"],
  Dial: ["Number"],
};
/** With the verbs that may stand in them; what is not listed holds text or nothing. */
const ATTRIBUTES: Record<string, readonly string[]> = {
  Response: [],
  Say: ["language", "voice"],
  Pause: ["length"],
  Redirect: ["method"],
  Gather: "input action method speechTimeout language hints numDigits actionOnEmptyResult bargeIn".split(" "),
  Connect: ["action", "method"],
  ConversationRelay:
    "url language ttsLanguage transcriptionLanguage welcomeGreeting welcomeGreetingInterruptible ttsProvider voice transcriptionProvider speechModel hints interruptible interruptSensitivity dtmfDetection partialPrompts preemptible profanityFilter reportInputDuringAgentSpeech".split(
      " ",
    ),
  Language: ["code", "ttsProvider", "voice", "transcriptionProvider", "speechModel"],
  Parameter: ["name", "value"],
  Dial: ["action", "method", "callerId", "timeout"],
  Number: [],
  Hangup: [],
  Reject: ["reason"],
};

/** Reads TwiML as strictly as Twilio does: what it would warn of or fall over is thrown. */
export function readTwiml(xml: string): Verb[] {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>/, "");
  if (body === xml) throw new Error("12100, no XML declaration");
  const root: Verb = { name: "", attributes: {}, verbs: [], text: "" };
  const open = [root];
  for (const token of body.match(/<(?:[^>"]|"[^"]*")+>|[^<]+/g) ?? []) {
    const parent = open.at(-1) ?? root;
    if (!token.startsWith("<")) {
      parent.text += decoded(token);
      continue;
    }
    const [, close, name = "", rest = "", empty] = /^<(\/?)(\w+)((?:\s+\w+="[^"<]*")*)\s*(\/?)>$/.exec(token) ?? [];
    if (name === "") throw new Error(`12100, document parse failure at ${token.slice(0, 80)}`);
    if (close === "/") {
      if (open.pop()?.name !== name) throw new Error(`12100, </${name}> closes nothing`);
      continue;
    }
    const verb: Verb = { name, attributes: attributesOf(name, rest), verbs: [], text: "" };
    if (parent !== root && !(KNOWN[parent.name] ?? []).includes(name))
      throw new Error(`12200, <${name}> inside <${parent.name}>`);
    parent.verbs.push(verb);
    if (empty !== "/") open.push(verb);
  }
  const [response, ...more] = root.verbs;
  if (open.length !== 1 || response?.name !== "Response" || more.length > 0) throw new Error("12100, no Response");
  return response.verbs;
}

function attributesOf(name: string, text: string): Record<string, string> {
  const known = ATTRIBUTES[name];
  if (known === undefined) throw new Error(`12200, <${name}> is no verb`);
  const found: Record<string, string> = {};
  for (const [, key = "", value = ""] of text.matchAll(/(\w+)="([^"]*)"/g)) {
    if (!known.includes(key)) throw new Error(`12200, <${name}> has no attribute ${key}`);
    found[key] = decoded(value);
  }
  return found;
}

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));|&/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      const sign = ENTITIES[name ?? ""];
      if (sign === undefined) throw new Error(`12100, unknown entity ${name ?? "&"}`);
      return sign;
    },
  );
}
