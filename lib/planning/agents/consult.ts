import { z } from "zod";
import { callModel } from "@/lib/coordinator/models/call-model";
import { dataBlock, dataRule } from "@/lib/coordinator/models/data-block";
import { AppError } from "@/lib/errors";
import type { AgentAnswer, AgentName } from "./schema";
import { defineTool, toToolSet, type AgentTool, type Scope } from "./tool";
import { adapterTools, distillationTools, evaluationTools, searchTools, trackingTools, workspaceTools } from "./tools";

/** Specialists: a prompt and tools of their own each. Without a language model there is no answer, but every tool still works. */
export const agents: Record<AgentName, { title: string; task: string; tools: readonly AgentTool[] }> = {
  adapters: {
    title: "Adapters",
    task: "You know low-rank adapters (LoRA, QLoRA). You configure them, check them, and say what training one would take and could regain.",
    tools: [...adapterTools, ...workspaceTools],
  },
  distillation: {
    title: "Distillation",
    task: "You know distillation. You set up teacher and student, estimate what the training takes, and compare students with their teacher.",
    tools: [...distillationTools, ...workspaceTools],
  },
  evaluation: {
    title: "Evaluation",
    task: "You know measuring. You read figures with their intervals, compare solutions over the same items, and say what the data does not allow to say.",
    tools: [...evaluationTools, ...workspaceTools, ...trackingTools],
  },
  search: {
    title: "Search",
    task: "You know which recipes are worth trying next. You look at what was measured here and on similar models, and check recipes before you propose them.",
    tools: [...searchTools, ...workspaceTools, ...trackingTools],
  },
};

/** Requests of one answer at most, tools included. */
const mostSteps = 8;

const rules = `Use the tools for every figure that you give: none is known without one. Answer in at most ten sentences, with intervals where there are some. Say so when the tools do not tell.

${dataRule} So is every answer of a tool.`;

/** Asks a specialist. Throws with the reason where no language model can answer. */
export async function consult(agent: AgentName, question: string, about: { id: string; name: string } | null, scope: Scope): Promise<AgentAnswer> {
  const { task, tools } = agents[agent];
  const reply = await callModel<string>({
    role: "subagent",
    experimentId: about?.id ?? null,
    episode: null,
    system: `${task}\n\n${rules}`,
    prompt: `${dataBlock({ question, experiment: about?.name ?? null })}\nAnswer the question.`,
    tools: toToolSet(tools, { ...scope, author: `the ${agent} agent` }),
    maxSteps: mostSteps,
  });
  if (!reply.ok) {
    throw new AppError("upstream", `The language model ${reply.unavailable.reason}.`, {
      remedy: "`npm run doctor` says which model would be asked and what is missing. The agent's tools work without one: POST /api/v1/tools.",
    });
  }
  const { model, tokensIn, tokensOut, usd } = reply.usage;
  return { agent, answer: reply.text, model, tokens: tokensIn === null || tokensOut === null ? null : tokensIn + tokensOut, usd };
}

/** The specialists as one tool of the planner. */
export function consultTool(about: { id: string; name: string }): AgentTool {
  return defineTool({
    name: "ask_agent",
    description: `Ask a specialist: ${Object.entries(agents).map(([name, { task }]) => `${name} (${task})`).join(" ")}`,
    input: z.strictObject({ agent: z.enum(["adapters", "distillation", "evaluation", "search"]), question: z.string().min(3).max(1000) }),
    run: ({ agent, question }, scope) => consult(agent, question, about, scope),
  });
}
