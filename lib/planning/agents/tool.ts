import { tool, type ToolSet } from "ai";
import type { z } from "zod";
import { toAppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse";

/** For whom a tool works: it sees and writes what that team may. */
export interface Scope {
  team: string;
  /** Who stands as the author of what is written. */
  author: string;
}

/** One real function, for language models, programs and people alike. */
export interface AgentTool {
  name: string;
  description: string;
  input: z.ZodType;
  writes: boolean;
  run: (input: unknown, scope: Scope) => Promise<unknown>;
}

export function defineTool<S extends z.ZodType>(definition: { name: string; description: string; input: S; writes?: boolean; run: (input: z.output<S>, scope: Scope) => Promise<unknown> }): AgentTool {
  const { run, input, writes = false, ...rest } = definition;
  return { ...rest, input, writes, run: async (given, scope) => run(parseInput(input, given), scope) };
}

/** The tools as a language model calls them. What goes wrong is an answer that it can act on, not the end of the call. */
export function toToolSet(tools: readonly AgentTool[], scope: Scope): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, input, run }) => [
      name,
      tool({
        description,
        inputSchema: input,
        execute: async (given: unknown) => {
          try {
            return bounded(await run(given, scope));
          } catch (error) {
            const { message, remedy } = toAppError(error);
            return { error: message, remedy };
          }
        },
      }),
    ]),
  );
}

const longestAnswer = 20_000;

/** An answer without end would push the rest out of the model's sight. */
function bounded(value: unknown): unknown {
  const text = JSON.stringify(value) ?? "null";
  return text.length <= longestAnswer ? value : { cut: true, text: text.slice(0, longestAnswer) };
}
