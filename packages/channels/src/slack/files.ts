import type { Media } from "@charla/domain/inbound";
import { Rejection } from "../http/event-fields.ts";
import { type Fields, recordsOf, shortOf, textOf } from "../meta/json.ts";

const MAX_FILES = 30;
const MAX_REF = 2048;

/** Files of a message. One of another workspace comes as a bare id, which is asked for its address when it is opened. */
export function filesOf(message: Fields): Media[] | undefined {
  const files = recordsOf(message["files"]).filter(({ mode }) => mode !== "tombstone" && mode !== "hidden_by_limit");
  if (files.length > MAX_FILES) throw new Rejection("invalid_files");
  return files.length === 0 ? undefined : files.map(fileOf);
}

function fileOf(file: Fields): Media {
  const ref = textOf(file["url_private_download"]) ?? textOf(file["url_private"]) ?? textOf(file["id"]);
  if (ref === undefined || ref.length > MAX_REF) throw new Rejection("invalid_file");
  const mime = shortOf(file["mimetype"], 255);
  const name = shortOf(file["name"], 255);
  const size = file["size"];
  return {
    type: typeOf(mime ?? "", file["subtype"]),
    ref,
    ...(mime !== undefined && { mime }),
    ...(name !== undefined && { name }),
    ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 && { size }),
  };
}

function typeOf(mime: string, subtype: unknown): Media["type"] {
  if (subtype === "slack_audio") return "voice";
  const [family] = mime.split("/");
  return family === "image" || family === "audio" || family === "video" ? family : "document";
}
