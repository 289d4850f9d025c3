import { z } from "zod";

export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One endpoint of `/api/v1` as it is described to people, programs and agents; authorisation is the route's own. */
export interface Endpoint {
  method: Verb;
  /** With OpenAPI's braces, e.g. /api/v1/experiments/{id}. */
  path: string;
  /** Name of the tool that agents call; none where a reply is a stream or a file. */
  tool?: string;
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Media type of the reply; JSON unless told. */
  replies?: string;
  status?: number;
}

/** Names of the parts of a path that stand in braces. */
export function pathParams(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
}

/** JSON Schema of what a client sends; refinements that it cannot express are checked by the server anyway. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", target: "draft-2020-12" }) as Record<string, unknown>;
  return rest;
}
