import type { SourceTree } from "../charla/tree.ts";
import type { KillPoint } from "./kill-points.ts";
import type { Verdict } from "./ledger.ts";
import type { ChannelKind } from "./outside/outside.ts";

/** A version of the product without one of its safeguards, and where its absence must show. */
export type Twin = {
  name: string;
  breakIt: (tree: SourceTree) => void;
  channels: ChannelKind[];
  at: KillPoint[];
  kills: number;
  shows: (keyof Verdict | "stranded")[];
};

const inConversation = (file: string): string => `workers/agent/src/conversation/${file}`;

/** Each replaces one statement that must be there, so that a twin cannot become whole unnoticed. */
export const TWINS: readonly Twin[] = [
  {
    name: "without dedupe: every delivery is new",
    breakIt: (tree) =>
      tree.replace(
        inConversation("inbox.ts"),
        "`i:${channelKind}:${kind}:${externalId}`",
        "`i:${channelKind}:${kind}:${externalId}:${crypto.randomUUID()}`",
      ),
    channels: ["http"],
    at: [],
    kills: 2,
    shows: ["answeredTwice"],
  },
  {
    name: "without the journal: steps that finished are forgotten",
    breakIt: (tree) =>
      tree.replace(inConversation("restore.ts"), "const steps = turn ?", "const steps = turn && turn.seq < 0 ?"),
    channels: ["http"],
    at: [
      { place: "keyed", moment: "after" },
      { place: "unsafe", moment: "after" },
    ],
    kills: 0,
    shows: ["effectsTwice"],
  },
  {
    name: "without effect classes: an interrupted unsafe call is made again",
    breakIt: (tree) =>
      tree.replace(
        inConversation("tool-steps.ts"),
        'if (body.effect !== "unsafe") return',
        "if (body.startedAt > 0) return",
      ),
    channels: ["http"],
    at: [{ place: "unsafe", moment: "arrival" }],
    kills: 0,
    shows: ["effectsTwice"],
  },
  {
    name: "without the outbox's identity: a send in doubt goes out as a new message",
    breakIt: (tree) =>
      tree.replace(
        inConversation("out-sender.ts"),
        "const { id, text, buttons, inReplyTo, author, createdAt, tries } = row.body;",
        'const { text, buttons, inReplyTo, author, createdAt, tries } = row.body;\n    const id = row.body.id.slice(0, -8) + Math.random().toString(32).slice(2).padEnd(8, "0").slice(0, 8);',
      ),
    channels: ["http"],
    at: [{ place: "channel", moment: "arrival" }],
    kills: 0,
    shows: ["answeredTwice"],
  },
  {
    name: "without the outbox's intent: what was being sent is forgotten",
    breakIt: (tree) =>
      tree.replace(
        inConversation("out-line.ts"),
        'row.state === "queued" || row.state === "sending"',
        'row.state === "queued"',
      ),
    channels: ["http"],
    at: [{ place: "channel", moment: "arrival" }],
    kills: 0,
    shows: ["stranded"],
  },
  {
    name: "without the watchdog: nothing goes on until somebody writes",
    breakIt: (tree) =>
      tree.replace(inConversation("wake.ts"), "void this.#storage.setAlarm(at);", "void this.#storage;"),
    channels: ["http"],
    at: [{ place: "model", moment: "arrival" }],
    kills: 0,
    shows: ["lost", "stranded"],
  },
  {
    name: "without the wait for a callback: what WhatsApp may have taken is sent again",
    breakIt: (tree) =>
      tree.replace(
        inConversation("out-sender.ts"),
        'if (ambiguous.tier === "callback") {\n      const',
        'if (ambiguous.tier === "callback") {\n      if (row.body.tries > 0) return "resend";\n      const',
      ),
    channels: ["whatsapp"],
    at: [{ place: "channel", moment: "arrival", channel: "whatsapp" }],
    kills: 0,
    shows: ["answeredTwice"],
  },
];
