"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getJson, type ApiError } from "@/components/api";
import { recipeText } from "@/components/experiments/recipe-text";
import { Button } from "@/components/ui/button";
import { Notice, Skeleton } from "@/components/ui/panel";
import { formatNumber } from "@/lib/domain/format";
import { recipeSchema, type Recipe } from "@/lib/experiments/schema";

interface Candidate {
  recipe: Recipe;
  label: string;
  reason: string;
  gain: { mean: number; sd: number };
}

/** The next step of a person's choice: one that the search ranks high, or a recipe of their own. */
export function NextStep({ id, pending, onChoose }: { id: string; pending: boolean; onChoose: (recipe: Recipe) => void }) {
  const { data, error, isPending } = useQuery<{ candidates: Candidate[] }, ApiError>({
    queryKey: ["candidates", id],
    queryFn: ({ signal }) => getJson(`/api/v1/experiments/${id}/candidates`, signal),
    retry: false,
    staleTime: 0,
  });
  return (
    <div className="grid gap-3 rounded-md border border-line p-3">
      {isPending ? (
        <div role="status">
          <span className="text-xs text-ink-3">Ranking the legal recipes…</span>
          <Skeleton className="mt-1 h-24" />
        </div>
      ) : null}
      {error ? (
        <Notice tone="warn" role="status" title={error.message}>
          {error.remedy}
        </Notice>
      ) : null}
      {data ? (
        <ol>
          {data.candidates.map(({ recipe, label, reason, gain }) => (
            <li key={recipeText(recipe)} className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1.5 last:border-0">
              <span className="min-w-0 flex-1 font-medium">{label}</span>
              <span className="figures text-xs text-ink-2" title="Hypervolume that it is expected to add">
                {formatNumber(gain.mean)} ± {formatNumber(gain.sd)}
              </span>
              <Button variant="quiet" className="h-7" disabled={pending} onClick={() => onChoose(recipe)} aria-label={`Try ${label} next`}>
                Try next
              </Button>
              <span className="w-full text-xs text-ink-3">{reason}</span>
            </li>
          ))}
        </ol>
      ) : null}
      <OwnRecipe pending={pending} onChoose={onChoose} />
    </div>
  );
}

const example = '{"steps": [{"method": "gptq", "params": {"bits": 4}}], "runtime": "onnxruntime"}';

function OwnRecipe({ pending, onChoose }: { pending: boolean; onChoose: (recipe: Recipe) => void }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  function take(): void {
    const recipe = readRecipe(text);
    setProblem(recipe ? "" : `This is no recipe. For example: ${example}`);
    if (recipe) onChoose(recipe);
  }
  return (
    <div>
      <label htmlFor="own-recipe" className="mb-1 block font-medium">
        Or a recipe of your own, as JSON
      </label>
      <textarea
        id="own-recipe"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={example}
        rows={2}
        spellCheck={false}
        aria-invalid={problem !== ""}
        aria-describedby={problem ? "own-recipe-problem" : undefined}
        className="control h-auto w-full py-1 font-mono text-xs"
      />
      {problem ? (
        <p id="own-recipe-problem" className="text-sm text-bad">
          {problem}
        </p>
      ) : null}
      <Button className="mt-2" disabled={pending || text.trim() === ""} onClick={take}>
        Check and use
      </Button>
    </div>
  );
}

function readRecipe(text: string): Recipe | null {
  try {
    const parsed = recipeSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
