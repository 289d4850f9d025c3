import packageJson from "@/package.json";
import { jsonSchemaOf, pathParams, type Endpoint } from "./endpoint";
import { endpoints } from "./endpoints";

const errorSchema = {
  type: "object",
  required: ["error", "requestId"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "retryable"],
      properties: {
        code: { type: "string" },
        message: { type: "string", description: "what happened" },
        remedy: { type: "string", description: "what to do" },
        retryable: { type: "boolean" },
        problems: { type: "array", items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" }, remedy: { type: "string" } } } },
      },
    },
    requestId: { type: "string" },
  },
};

/** The API as OpenAPI 3.1, made from the same table that agents' tools are made of. */
export function openApiDocument(serverUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operationOf(endpoint);
  return {
    openapi: "3.1.0",
    info: { title: "Pareto Lab", version: packageJson.version, description: "Everything that the pages show and do." },
    servers: [{ url: serverUrl }],
    security: [{ accessKey: [] }],
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: { accessKey: { type: "http", scheme: "bearer", description: "the access key in data/secrets.json" } },
    },
  };
}

function operationOf({ method, path, tool, summary, query, body, replies, status = 200 }: Endpoint): Record<string, unknown> {
  const inPath = pathParams(path).map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  return {
    operationId: tool ?? `${method.toLowerCase()}_${path.split("/").slice(3).join("_").replaceAll(/\W+/g, "_")}`,
    summary,
    parameters: [...inPath, ...(query ? queryParameters(query) : [])],
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: jsonSchemaOf(body) } } } } : {}),
    responses: {
      [status]: { description: "The reply.", content: { [replies ?? "application/json"]: {} } },
      default: { description: "An error: what happened and what to do.", content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
    },
  };
}

function queryParameters(query: NonNullable<Endpoint["query"]>): Record<string, unknown>[] {
  const { properties = {}, required = [] } = jsonSchemaOf(query) as { properties?: Record<string, { description?: string }>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: required.includes(name), schema }));
}
