import type { Endpoint } from "../endpoint.ts";
import { Problem } from "../schemas.ts";
import { endpoints } from "../routes/index.ts";
import { info, securitySchemes, tags } from "./openapi-texts.ts";
import { nameSchemas } from "./schema-names.ts";
import { SchemaDocument, type JsonSchema } from "./schema-document.ts";

type Operation = {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  [field: string]: unknown;
};
export type OpenApiDocument = {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object };
};

const READ_PROBLEMS = [400, 401, 403, 404, 429];
const WRITE_PROBLEMS = [400, 401, 403, 404, 409, 412, 413, 415, 422, 429];
const STATUS_TEXT: Record<number, string> = {
  101: "Switching protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "Done",
};

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

function parametersOf(schemas: SchemaDocument, { params, query }: Endpoint): object[] {
  return [
    { place: "path", schema: params },
    { place: "query", schema: query },
  ].flatMap(({ place, schema }) => {
    if (schema === undefined) return [];
    const { properties, required } = schemas.add(schema, "input");
    if (!isSchema(properties)) return [];
    const needed = Array.isArray(required) ? required : [];
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: place,
      required: place === "path" || needed.includes(name),
      schema: property,
    }));
  });
}

const KEY_HEADER = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { type: "string", minLength: 1, maxLength: 255 },
};
const IF_MATCH = { name: "If-Match", in: "header", required: false, schema: { type: "string", examples: ['"3"'] } };

const headersOf = ({ method }: Endpoint): object[] =>
  method === "post" ? [KEY_HEADER] : method === "put" || method === "patch" ? [IF_MATCH] : [];

function requestBodyOf(schemas: SchemaDocument, { body, example, upload }: Endpoint): object {
  if (upload !== undefined) {
    const description = `The file itself, at most ${upload.maxBytes} bytes`;
    return { requestBody: { required: true, description, content: { "application/octet-stream": {} } } };
  }
  if (body === undefined) return {};
  const content = { "application/json": { schema: schemas.add(body, "input"), example } };
  return { requestBody: { required: true, content } };
}

function operationOf(schemas: SchemaDocument, endpoint: Endpoint): Operation {
  const { access, method, status, response } = endpoint;
  const needs =
    access.who === "platform" ? "Needs the platform key." : `Needs the permission \`${access.permission}\`.`;
  const problem = {
    description: "Problem details",
    content: { "application/problem+json": { schema: schemas.add(Problem, "output") } },
  };
  const success = {
    description: STATUS_TEXT[status] ?? "OK",
    ...(response === undefined ? {} : { content: { "application/json": { schema: schemas.add(response, "output") } } }),
  };
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    description: [endpoint.description, needs].filter(Boolean).join("\n\n"),
    tags: [endpoint.tag],
    security:
      access.who === "platform" ? [{ platformKey: [] }] : [{ apiKey: [] }, { session: [] }, { platformKey: [] }],
    parameters: [...parametersOf(schemas, endpoint), ...headersOf(endpoint)],
    ...requestBodyOf(schemas, endpoint),
    responses: {
      [status]: success,
      ...Object.fromEntries((method === "get" ? READ_PROBLEMS : WRITE_PROBLEMS).map((code) => [code, problem])),
    },
  };
}

let built: OpenApiDocument | undefined;

/** Built from the schemas that validate, so it cannot say anything else than they do. */
export function openApiDocument(): OpenApiDocument {
  if (built !== undefined) return built;
  nameSchemas();
  const schemas = new SchemaDocument();
  const paths: OpenApiDocument["paths"] = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operationOf(schemas, endpoint) };
  }
  built = {
    openapi: "3.1.0",
    info,
    servers: [{ url: "/" }],
    tags,
    paths,
    components: { schemas: schemas.components, securitySchemes },
  };
  return built;
}
