import { wrapLanguageModel } from "ai";
import type { ConnectedModel } from "../providers";
import { roomUnder, type Caps } from "./caps";
import { redactDeep, type Redact } from "./redact";
import { requestWithRetries, type Pace } from "./retry";
import type { ModelPrice, ModelSpend } from "./schema";
import type { ModelRoute } from "./settings";

/** What a call has taken so far; null once one answer did not say it. */
export interface Tally {
  tokensIn: number | null;
  tokensOut: number | null;
  usd: number | null;
  attempts: number;
}

/** The experiment's cap does not leave room for another request. */
export class CapReached extends Error {}

export interface Metering {
  tally: Tally;
  redact: Redact;
  pace: Pace;
  deadline: number;
  /** Null where nothing is capped. */
  caps: Caps | null;
  spend: () => Promise<ModelSpend>;
  /** Told after every answered request. */
  onTally: () => Promise<void>;
}

/**
 * The route's model as the SDK sees it, with everything that must hold for every single request, those between the
 * steps of a tool loop too: the caps are looked at before it, secrets are taken out of it, it is repeated where that
 * helps, on the second key where there is one, and what it took is counted. What a request that was given up on has
 * cost at the provider is not known here.
 */
export function meteredModel(route: ModelRoute, metering: Metering): ConnectedModel {
  const keys = route.keys.length > 0 ? route.keys : [undefined];
  const models = keys.map((key) => route.provider.connect(route.model, key, route.baseUrl));
  type Model = ReturnType<typeof wrapLanguageModel>;
  return wrapLanguageModel({
    model: models[0] as Model,
    middleware: {
      wrapGenerate: async ({ params: given }) => {
        const params = { ...given, prompt: redactDeep(given.prompt, metering.redact) };
        const room = metering.caps ? roomUnder(metering.caps, await metering.spend(), route.price, JSON.stringify([params.prompt, params.tools, params.responseFormat]).length) : null;
        if (room && !room.ok) throw new CapReached(room.reason);
        const result = await requestWithRetries(
          (index, signal) => {
            metering.tally.attempts += 1;
            const abortSignal = params.abortSignal ? AbortSignal.any([params.abortSignal, signal]) : signal;
            return (models[index] as Model).doGenerate({ ...params, maxOutputTokens: room?.maxOutputTokens ?? params.maxOutputTokens, abortSignal });
          },
          { keys: keys.length, pace: metering.pace, deadline: metering.deadline },
        );
        count(metering.tally, result.usage, route.price);
        await metering.onTally();
        return result;
      },
    },
  });
}

type Usage = Awaited<ReturnType<ReturnType<typeof wrapLanguageModel>["doGenerate"]>>["usage"];

function count(tally: Tally, { inputTokens, outputTokens, raw }: Usage, price: ModelPrice | null): void {
  const tokensIn = counted(inputTokens.total);
  const tokensOut = counted(outputTokens.total);
  tally.tokensIn = plus(tally.tokensIn, tokensIn);
  tally.tokensOut = plus(tally.tokensOut, tokensOut);
  // OpenRouter says with each answer what it has cost, which beats any table.
  const told = typeof raw?.cost === "number" && raw.cost >= 0 ? raw.cost : null;
  tally.usd = plus(tally.usd, told ?? costOf(tokensIn, counted(inputTokens.cacheRead) ?? 0, tokensOut, price));
}

export function costOf(tokensIn: number | null, cachedIn: number, tokensOut: number | null, price: ModelPrice | null): number | null {
  if (!price || tokensIn === null || tokensOut === null || tokensIn > (price.upToTokens ?? Infinity)) return null;
  const cached = Math.min(cachedIn, tokensIn);
  return ((tokensIn - cached) * price.in + cached * (price.cached ?? price.in) + tokensOut * price.out) / 1e6;
}

function counted(tokens: number | undefined): number | null {
  return tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : null;
}

function plus(sum: number | null, more: number | null): number | null {
  return sum === null || more === null ? null : sum + more;
}
