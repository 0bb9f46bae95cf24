import type { CallRecord } from "@charla/domain/call";
import type { CallOut } from "../conversations/schemas.ts";
import { isoTime } from "../paging.ts";

/** What people see of a call; what lets its sockets in is none of that. */
export function callOf(call: CallRecord, startedAt: number): CallOut {
  const { direction, from, to, state, sessions, language, answeredAt, endedAt, seconds, ending, dialled } = call;
  const { lineMicros, modelMicros } = call;
  return {
    direction,
    from,
    to,
    state,
    sessions,
    language,
    startedAt: isoTime(startedAt),
    ...(answeredAt !== undefined && { answeredAt: isoTime(answeredAt) }),
    ...(endedAt !== undefined && { endedAt: isoTime(endedAt) }),
    ...(seconds !== undefined && { seconds }),
    ...(ending !== undefined && { ending }),
    ...(dialled !== undefined && { dialled }),
    ...(lineMicros !== undefined && { lineMicros }),
    ...(modelMicros !== undefined && { modelMicros }),
  };
}
