import { z } from "zod";

export const agentNames = ["adapters", "distillation", "evaluation", "search"] as const;
export type AgentName = (typeof agentNames)[number];

export const questionSchema = z.object({
  question: z.string().trim().min(3, "Ask something.").max(2000, "At most 2,000 characters."),
  /** What the question is about; its caps on money and tokens hold. */
  experiment: z.string().min(1).max(200).nullish().default(null),
});

export interface AgentAnswer {
  agent: AgentName;
  answer: string;
  model: string | null;
  tokens: number | null;
  usd: number | null;
}
