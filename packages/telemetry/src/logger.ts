import { isAppError } from "@charla/domain/errors";
import type { EventName, LogFields } from "./events.ts";
import { redact } from "./secret.ts";

export type Level = "info" | "warn" | "error";

export interface Logger {
  info(event: EventName, fields: LogFields): void;
  warn(event: EventName, fields: LogFields): void;
  error(event: EventName, fields: LogFields): void;
}

export type LoggerOptions = {
  worker: string;
  /** Where a finished line goes; the console unless a test listens. */
  sink?: (level: Level, line: string) => void;
};

const MAX_ERROR = 400;
const MAX_STACK = 1200;

/** One JSON object per line. Every line costs CPU in the middle of somebody's turn, so there is one per webhook and per turn. */
export function createLogger({ worker, sink = toConsole }: LoggerOptions): Logger {
  const write = (level: Level, event: EventName, fields: LogFields): void => {
    const line: Record<string, unknown> = { time: Date.now(), level, worker, event, ...fields };
    if (fields.error !== undefined) line["error"] = describe(fields.error);
    const text = JSON.stringify(line);
    // The fields hold our own words only; what may quote anything is the text of an error.
    sink(level, level === "info" && fields.error === undefined ? text : redact(text));
  };
  return {
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => write("warn", event, fields),
    error: (event, fields) => write("error", event, fields),
  };
}

function toConsole(level: Level, line: string): void {
  if (level === "error") console.error(line);
  else if (level === "warn") console.warn(line);
  else console.log(line);
}

type ErrorFields = { name: string; message: string; code?: string; stack?: string };

/** An expected error is its code and message; only for the others is the way to them worth the bytes. */
export function describe(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { name: "Thrown", message: String(error).slice(0, MAX_ERROR) };
  const fields: ErrorFields = { name: error.name, message: error.message.slice(0, MAX_ERROR) };
  if (isAppError(error)) fields.code = error.code;
  else if (error.stack !== undefined) fields.stack = error.stack.slice(0, MAX_STACK);
  return fields;
}
