/** One stored counter; `labels` as Prometheus prints them, without braces. */
export type MetricRow = { name: string; labels: string; value: number };

type Family = { type: "counter" | "gauge" | "histogram"; help: string };

/** Every family there is. Labels name tenants, agents, kinds and states, never people. */
export const FAMILIES = {
  charla_messages_total: { type: "counter", help: "Messages by direction" },
  charla_turns_total: { type: "counter", help: "Closed turns by outcome" },
  charla_turn_duration_seconds: { type: "histogram", help: "From the opening of a turn to its end" },
  charla_steps_total: { type: "counter", help: "Finished steps by type and state" },
  charla_step_duration_seconds: { type: "histogram", help: "Duration of model and tool calls" },
  charla_tokens_total: { type: "counter", help: "Tokens by model and kind" },
  charla_cost_micros_total: { type: "counter", help: "Model cost in millionths of a dollar" },
  charla_outbox_total: { type: "counter", help: "Outgoing messages by the state they entered" },
  charla_dead_letters: { type: "gauge", help: "Dead letters that wait for a person" },
  charla_dead_events: { type: "gauge", help: "Queue messages that no retry could deliver and nobody has settled" },
  charla_shed_total: { type: "counter", help: "Requests refused for overload before anything of them was kept" },
  charla_webhooks_refused_total: { type: "counter", help: "Deliveries refused for a wrong signature, by channel" },
  charla_channel_alerts: { type: "gauge", help: "Channels in trouble by kind of trouble" },
  charla_canary_rollbacks_total: {
    type: "counter",
    help: "Canaries rolled back by themselves, by what they did worse",
  },
  charla_conversations_parked: { type: "gauge", help: "Conversations that wait for a build that knows their journal" },
  charla_queue_depth: { type: "gauge", help: "Messages that wait in a queue" },
  charla_projection_lag_seconds: {
    type: "histogram",
    help: "From the change of a conversation to its rows in the tenant's database",
  },
} as const satisfies Record<string, Family>;

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const SERIES_OF_HISTOGRAM = /_(bucket|sum|count)$/;

/** The text format of https://prometheus.io/docs/instrumenting/exposition_formats: families together, series sorted. */
export function renderPrometheus(rows: readonly MetricRow[]): string {
  const families = new Map<string, MetricRow[]>();
  for (const row of rows) {
    const family = familyOf(row.name);
    const series = families.get(family);
    if (series === undefined) families.set(family, [row]);
    else series.push(row);
  }
  let text = "";
  for (const name of [...families.keys()].toSorted()) {
    const known = describeFamily(name);
    if (known !== undefined) text += `# HELP ${name} ${escapeHelp(known.help)}\n`;
    text += `# TYPE ${name} ${known?.type ?? "untyped"}\n`;
    for (const row of (families.get(name) ?? []).toSorted(bySeries)) text += `${seriesOf(row)} ${valueOf(row.value)}\n`;
  }
  return text;
}

/** `key="value",…` in the order of the keys, so that equal labels are equal text. */
export function labelsOf(labels: Record<string, string>): string {
  return Object.keys(labels)
    .toSorted()
    .map((key) => `${key}="${escapeLabel(labels[key] ?? "")}"`)
    .join(",");
}

function familyOf(name: string): string {
  if (describeFamily(name) !== undefined) return name;
  const base = name.replace(SERIES_OF_HISTOGRAM, "");
  return describeFamily(base)?.type === "histogram" ? base : name;
}

function describeFamily(name: string): Family | undefined {
  return isFamily(name) ? FAMILIES[name] : undefined;
}

const isFamily = (name: string): name is keyof typeof FAMILIES => Object.hasOwn(FAMILIES, name);

const seriesOf = ({ name, labels }: MetricRow): string => (labels === "" ? name : `${name}{${labels}}`);

/** Buckets must ascend by their bound, which is a number and not text. */
function bySeries(a: MetricRow, b: MetricRow): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [restA, boundA] = splitBound(a.labels);
  const [restB, boundB] = splitBound(b.labels);
  if (restA !== restB) return restA < restB ? -1 : 1;
  return boundA === boundB ? 0 : boundA - boundB;
}

function splitBound(labels: string): [string, number] {
  const bound = /(?:^|,)le="([^"]*)"/.exec(labels);
  if (bound === null) return [labels, 0];
  return [labels.replace(bound[0], ""), bound[1] === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound[1])];
}

function valueOf(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

const escapeHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
