import { describe, expect, it } from "vitest";
import { readChatRequest } from "./chat-request.ts";
import { complete } from "./completion.ts";

const tool = (name: string, description: string, properties: object, required = Object.keys(properties)) => ({
  type: "function",
  function: { name, description, parameters: { type: "object", properties, required } },
});

const tools = [
  tool("calculator", "Evaluate an arithmetic expression", { expression: { type: "string" } }),
  tool("get_order_status", "Look up the status of a customer's order", {
    orderId: { type: "string", description: "The order number" },
  }),
  tool("http_get_json", "Fetch JSON from an allowed URL with GET", { url: { type: "string", format: "uri" } }),
  tool(
    "get_weather",
    "Current weather for a city",
    { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
    ["city"],
  ),
  tool("search_knowledge", "Search the knowledge base for passages that answer the question", {
    query: { type: "string" },
  }),
  tool(
    "book_table",
    "Reserva una mesa",
    { date: { type: "string", format: "date" }, time: { type: "string" }, people: { type: "integer", minimum: 1 } },
    ["date", "people"],
  ),
];

type Message = { role: string; content: string; [key: string]: unknown };

function ask(said: string | Message[], options: object = {}) {
  const talk = typeof said === "string" ? [{ role: "user", content: said }] : said;
  const messages = [{ role: "system", content: "You are Nora. We open from 9:00 to 18:00." }, ...talk];
  const completion = complete(readChatRequest({ messages, tools, max_tokens: 512, ...options }), 100_000);
  return {
    text: completion.text,
    calls: completion.toolCalls.map((call) => [call.name, call.arguments]),
    ids: completion.toolCalls.map((call) => call.id),
  };
}

const after = (question: string, name: string, given: object, result: string): Message[] => [
  { role: "user", content: question },
  {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "c1", type: "function", function: { name, arguments: JSON.stringify(given) } }],
  },
  { role: "tool", tool_call_id: "c1", name, content: result },
];

describe("calling tools", () => {
  it.each([
    ["¿Cuánto es 12 por 7?", [["calculator", { expression: "12 * 7" }]]],
    ["¿Dónde está mi pedido 48213?", [["get_order_status", { orderId: "48213" }]]],
    ["¿Qué tiempo hace en Madrid?", [["get_weather", { city: "Madrid" }]]],
    ["weather in Oslo in fahrenheit please", [["get_weather", { city: "Oslo", unit: "fahrenheit" }]]],
    ["Lee https://api.example.com/x.json.", [["http_get_json", { url: "https://api.example.com/x.json" }]]],
    [
      "Reserva una mesa para 4 el 2026-12-24 a las 21:30",
      [["book_table", { date: "2026-12-24", people: 4, time: "21:30" }]],
    ],
    ["Do you have student discounts?", [["search_knowledge", { query: "Do you have student discounts?" }]]],
  ])("%s", (question, calls) => {
    expect(ask(question).calls).toEqual(calls);
  });

  it("calls several at once when several apply, each under its own id", () => {
    const { calls, ids } = ask("where is my order A-1234 and what's the weather in Paris?");
    expect(calls).toEqual([
      ["get_order_status", { orderId: "A-1234" }],
      ["get_weather", { city: "Paris" }],
    ]);
    expect(new Set(ids).size).toBe(2);
  });

  it.each(["Hello", "thanks", "who are you?", "When do you open?"])("calls none for what needs none: %s", (said) => {
    expect(ask(said).calls).toEqual([]);
  });

  it("asks for what is missing and takes it from the next message", () => {
    expect(ask("¿Dónde está mi pedido?")).toMatchObject({ calls: [], text: expect.stringContaining("order id") });
    const history = [
      { role: "user", content: "¿Dónde está mi pedido?" },
      { role: "assistant", content: "¿Me das el número?" },
    ];
    expect(ask([...history, { role: "user", content: "es el 48213" }]).calls).toEqual([
      ["get_order_status", { orderId: "48213" }],
    ]);
  });

  it("obeys tool_choice", () => {
    expect(ask("¿Cuánto es 12 por 7?", { tool_choice: "none" }).calls).toEqual([]);
    expect(ask("Hello", { tool_choice: "required" }).calls).toHaveLength(1);
    expect(ask("zapatos", { tool_choice: { type: "function", function: { name: "search_knowledge" } } }).calls).toEqual(
      [["search_knowledge", { query: "zapatos" }]],
    );
  });
});

describe("after a tool has answered", () => {
  it.each([
    ["calculator", { expression: "3*4" }, '{"result":12}', "3*4 = 12."],
    [
      "get_order_status",
      { orderId: "A-1" },
      '{"orderId":"A-1","status":"shipped"}',
      "This is what I found: order Id: A-1, status: shipped.",
    ],
    ["get_order_status", { orderId: "A-1" }, '{"error":"no such order"}', "I could not complete that: no such order."],
    ["get_order_status", { orderId: "A-1" }, "[]", "I searched, but I found nothing about that."],
  ])("reports the result of %s", (name, given, result, expected) => {
    const { text, calls } = ask(after("what is 3*4 and where is my order A-1?", name, given, result), {
      tools: tools.filter((one) => one.function.name === name),
    });
    expect(calls).toEqual([]);
    expect(text).toContain(expected);
  });

  it("answers from the passages a search returned", () => {
    const passages = JSON.stringify({
      passages: [{ id: "1", text: "Students get ten percent off with their card. Not on sale items." }],
    });
    expect(ask(after("Do you have student discounts?", "search_knowledge", { query: "q" }, passages)).text).toContain(
      "Students get ten percent off",
    );
  });

  it("never calls a tool again in the same turn", () => {
    expect(
      ask(after("¿Dónde está mi pedido 48213?", "get_order_status", { orderId: "48213" }, '{"status":"enviado"}'))
        .calls,
    ).toEqual([]);
  });

  it("feeds what one tool found into the next", () => {
    const chain = [
      tool("find_customer", "Find a customer by email", { email: { type: "string" } }),
      tool("list_orders", "List the orders of a customer", { customerId: { type: "string" } }),
    ];
    const question = "list the orders of customer ada@example.com";
    expect(ask(question, { tools: chain }).calls).toEqual([["find_customer", { email: "ada@example.com" }]]);
    const next = ask(after(question, "find_customer", { email: "ada@example.com" }, '{"customerId":"cus_77"}'), {
      tools: chain,
    });
    expect(next.calls).toEqual([["list_orders", { customerId: "cus_77" }]]);
  });
});
