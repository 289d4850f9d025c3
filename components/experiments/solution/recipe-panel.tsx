import { recipeText } from "@/components/experiments/recipe-text";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { titleOfRuntime } from "@/lib/domain/runtimes";
import type { Recipe } from "@/lib/experiments/schema";

/** A recipe step by step, and as the JSON that every other place takes. */
export function RecipePanel({ recipe }: { recipe: Recipe }) {
  const json = JSON.stringify(recipe, null, 2);
  return (
    <Panel title="Recipe" aside={<CopyButton text={json} label="Copy the recipe as JSON" />}>
      <div className="grid grid-cols-1 gap-3 p-3">
        {recipe.steps.length === 0 ? <p>The model as it is.</p> : null}
        <ol className="grid gap-2">
          {recipe.steps.map(({ method, params, when }, index) => (
            <li key={index}>
              <p>
                <span className="figures text-ink-3">{index + 1}</span> <span className="font-medium">{method}</span>
              </p>
              <p className="figures pl-4 break-words text-ink-2">
                {Object.entries(params)
                  .filter(([, value]) => value !== "" && value !== null)
                  .map(([name, value]) => `${name.replaceAll("_", " ")} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
                  .join(", ") || "with its usual parameters"}
              </p>
              {when ? (
                <p className="pl-4 text-ink-2">
                  only where the {when.figure.replaceAll("_", " ")} is {when.op} {when.value}, else {typeof when.otherwise === "string" ? when.otherwise : recipeText({ version: 1, steps: when.otherwise, runtime: recipe.runtime })}
                </p>
              ) : null}
            </li>
          ))}
        </ol>
        <p>Run in {titleOfRuntime(recipe.runtime)}.</p>
        <details>
          <summary className="w-fit rounded-sm text-xs text-ink-2 hover:text-ink">As JSON</summary>
          <pre tabIndex={0} aria-label="Recipe as JSON" className="mt-2 max-h-80 overflow-auto rounded-sm border border-line bg-panel p-2 font-mono text-xs">
            {json}
          </pre>
        </details>
      </div>
    </Panel>
  );
}
