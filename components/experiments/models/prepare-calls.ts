import { counted, wholeNumber } from "@/components/whole-number";
import { formatNumber, formatSeconds } from "@/lib/domain/format";
import type { ModelCallSummary, ModelUse } from "@/lib/coordinator/models/schema";

/** How calls of language models are put into words. What is not known is said to be unknown, never shown as nothing. */

export interface CallRow {
  id: string;
  title: string;
  facts: string;
  error: string | null;
}

export function prepareCall(call: ModelCallSummary): CallRow {
  const { tokensIn, tokensOut, attempts } = call;
  const tokens = tokensIn === null || tokensOut === null ? "tokens not known" : `${wholeNumber(tokensIn)} tokens in, ${wholeNumber(tokensOut)} out`;
  const facts = [
    tokens,
    formatUsd(call.usd),
    call.ms === null ? "no end on record" : formatSeconds(call.ms / 1000),
    attempts > 1 ? `${attempts} requests` : "",
  ];
  return { id: call.id, title: `${roleWords[call.role]} · ${call.provider}/${call.model}`, facts: facts.filter(Boolean).join(" · "), error: call.error && `The model ${call.error}.` };
}

/** The newest episode first, each one's calls in the order of asking. */
export function groupByEpisode(calls: readonly ModelCallSummary[]): { title: string; calls: ModelCallSummary[] }[] {
  const groups = new Map<number | null, ModelCallSummary[]>();
  for (const call of calls) groups.set(call.episode, [...(groups.get(call.episode) ?? []), call]);
  return [...groups]
    .sort(([a], [b]) => (b ?? -1) - (a ?? -1))
    .map(([episode, own]) => ({ title: episode === null ? "Before the first episode" : `Episode ${episode}`, calls: own }));
}

/** One line on what language models have done and cost; how decisions are made where none was asked. */
export function spendText({ spend, roles }: Pick<ModelUse, "spend" | "roles">, limits: { usd: number | null; tokens: number | null }): string {
  const caps = [limits.usd === null ? "" : `$${limits.usd}`, limits.tokens === null ? "" : `${wholeNumber(limits.tokens)} tokens`].filter(Boolean);
  const cap = caps.length > 0 ? `, at most ${caps.join(" and ")}` : "";
  const coordinator = roles.find(({ role }) => role === "coordinator");
  if (spend.calls === 0) return coordinator?.usable ? `${coordinator.provider}/${coordinator.model}, not asked yet${cap}` : "none, the search decides";
  const tokens = `${wholeNumber(spend.tokensIn + spend.tokensOut)} tokens${spend.uncountedCalls > 0 ? ` and ${counted(spend.uncountedCalls, "uncounted call")}` : ""}`;
  const usd = spend.unpricedCalls === spend.calls ? "price not known" : `${formatUsd(spend.usd)}${spend.unpricedCalls > 0 ? ` and ${counted(spend.unpricedCalls, "unpriced call")}` : ""}`;
  return `${counted(spend.calls, "call")}, ${tokens}, ${usd}${cap}`;
}

export function formatUsd(usd: number | null): string {
  return usd === null ? "price not known" : usd === 0 ? "$0" : `$${formatNumber(usd)}`;
}

/** Who plays each role, and what it was asked here. */
export function prepareRoles({ roles, calls }: Pick<ModelUse, "roles" | "calls">): { role: string; model: string; calls: string; detail: string }[] {
  return roles.map(({ role, provider, model, usable, detail }) => {
    const own = calls.filter((call) => call.role === role);
    const asked = [...new Set(own.map((call) => `${call.provider}/${call.model}`))];
    return {
      role: roleWords[role],
      model: usable ? `${provider}/${model}` : "none",
      calls: own.length === 0 ? "not asked" : `${counted(own.length, "call")} to ${asked.join(", ")}`,
      detail,
    };
  });
}

const roleWords: Record<ModelCallSummary["role"], string> = {
  planner: "Planner",
  coordinator: "Coordinator",
  evaluator: "Evaluator",
  reflection: "Reflection",
  subagent: "Sub-agent",
};
