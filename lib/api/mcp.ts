import { createMcpHandler } from "mcp-handler";
import { z } from "zod";
import packageJson from "@/package.json";
import { env } from "@/lib/env";
import { pathParams, type Endpoint } from "./endpoint";
import { endpoints } from "./endpoints";

type Arguments = Record<string, unknown>;

/**
 * Answers one request of the Model Context Protocol. A tool is an endpoint of the API called with the caller's own
 * credentials, so that an agent may do what its key may do, is checked by the same code, and leaves the same audit.
 */
export function answerMcp(request: Request): Promise<Response> {
  const handler = createMcpHandler(
    (server) => {
      for (const endpoint of endpoints) {
        if (!endpoint.tool) continue;
        server.registerTool(
          endpoint.tool,
          { description: endpoint.summary, inputSchema: inputOf(endpoint), annotations: { readOnlyHint: endpoint.method === "GET", destructiveHint: endpoint.method === "DELETE" } },
          (given: Arguments) => callEndpoint(endpoint, given, request.headers),
        );
      }
    },
    { serverInfo: { name: "pareto-lab", version: packageJson.version }, instructions: "Compress language models and read what every trade-off costs. Figures carry 95 % intervals; compare them before calling two solutions different." },
  );
  return handler(request);
}

/** Path and query parameters at the top, the body's own object under `body`. */
function inputOf({ path, query, body }: Endpoint): z.ZodObject {
  const inPath = Object.fromEntries(pathParams(path).map((name) => [name, z.string()]));
  // The endpoint itself parses and fills in defaults; here is only said what may be sent.
  const inQuery = query ? Object.fromEntries(Object.entries(query.shape).map(([name, schema]) => [name, (schema as z.ZodType).optional()])) : {};
  return z.object({ ...inPath, ...inQuery, ...(body ? { body } : {}) });
}

async function callEndpoint({ method, path, query, body }: Endpoint, given: Arguments, headers: Headers) {
  const url = new URL(path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name]))), env().PARETO_WEB_URL);
  for (const name of Object.keys(query?.shape ?? {})) if (given[name] != null) url.searchParams.set(name, [given[name]].flat().join(","));
  const reply = await fetch(url, {
    method,
    headers: {
      ...Object.fromEntries(["authorization", "cookie"].flatMap((name) => (headers.get(name) ? [[name, headers.get(name) as string]] : []))),
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(given.body ?? {}) } : {}),
    cache: "no-store",
    signal: AbortSignal.timeout(120_000),
  });
  return { content: [{ type: "text" as const, text: await reply.text() }], isError: !reply.ok };
}
