import { expect, it } from "vitest";
import { labelsOf, renderPrometheus } from "./prometheus.ts";

it("groups series under their family, with help and type before them", () => {
  const text = renderPrometheus([
    { name: "charla_turns_total", labels: labelsOf({ outcome: "answered", agent: "agt_1" }), value: 3 },
    { name: "charla_messages_total", labels: "", value: 7 },
    { name: "charla_turns_total", labels: labelsOf({ agent: "agt_1", outcome: "apologised" }), value: 1 },
  ]);
  expect(text).toBe(
    [
      "# HELP charla_messages_total Messages by direction",
      "# TYPE charla_messages_total counter",
      "charla_messages_total 7",
      "# HELP charla_turns_total Closed turns by outcome",
      "# TYPE charla_turns_total counter",
      'charla_turns_total{agent="agt_1",outcome="answered"} 3',
      'charla_turns_total{agent="agt_1",outcome="apologised"} 1',
      "",
    ].join("\n"),
  );
});

it("orders the buckets of a histogram by their bound", () => {
  const bucket = (le: string, value: number) => ({
    name: "charla_turn_duration_seconds_bucket",
    labels: labelsOf({ le }),
    value,
  });
  const text = renderPrometheus([
    bucket("+Inf", 9),
    bucket("10", 8),
    bucket("2.5", 5),
    { name: "charla_turn_duration_seconds_sum", labels: "", value: 12.5 },
    { name: "charla_turn_duration_seconds_count", labels: "", value: 9 },
  ]);
  expect(text.match(/^# TYPE/gm)).toHaveLength(1);
  expect([...text.matchAll(/le="([^"]+)"/g)].map((match) => match[1])).toEqual(["2.5", "10", "+Inf"]);
});

it("escapes what a label may not hold", () => {
  expect(labelsOf({ model: 'a"b\\c\nd' })).toBe('model="a\\"b\\\\c\\nd"');
});

it("prints a family it does not know without inventing a type", () => {
  expect(renderPrometheus([{ name: "charla_new_thing", labels: "", value: Number.POSITIVE_INFINITY }])).toBe(
    "# TYPE charla_new_thing untyped\ncharla_new_thing +Inf\n",
  );
});
