import { paramRows, type Catalogue, type CatalogueEntry } from "@/components/catalogue/entry";
import { toAppError } from "@/lib/errors";
import { listBenchmarks, listMethods, listRuntimes, listStrategies, listTemplates } from "@/lib/runner/client";

export type CatalogueReply = { ok: true; catalogue: Catalogue } | { ok: false; message: string; remedy: string };

interface Listed {
  name: string;
  title: string;
  summary?: string;
  source?: string;
  availability?: { available: boolean; reason?: string; remedy?: string };
}

function entryOf({ name, title, summary = "", source = "", availability }: Listed, rest: Partial<CatalogueEntry>): CatalogueEntry {
  const { available = true, reason = "", remedy = "" } = availability ?? {};
  return { name, title, summary, source, available, reason, remedy, group: "", facts: [], params: [], code: null, href: null, ...rest };
}

const yesNo = (value: boolean | undefined): string => (value ? "yes" : "no");
const listOf = (values: readonly string[], none: string): string => values.join(", ") || none;

/** Everything that the runner offers, with what is not available here and why. */
export async function readCatalogue(): Promise<CatalogueReply> {
  try {
    const [methods, runtimes, benchmarks, strategies, templates] = await Promise.all([listMethods(), listRuntimes(), listBenchmarks(), listStrategies(), listTemplates()]);
    return {
      ok: true,
      catalogue: {
        methods: methods.map((method) =>
          entryOf(method, {
            group: method.action,
            params: paramRows(method.params_schema),
            facts: [
              { label: "Really saves", value: method.saves },
              { label: "Runtimes", value: listOf(method.runtimes, "none") },
              { label: "Families", value: listOf(method.families ?? [], "all") },
              { label: "Needs calibration text", value: yesNo(method.needs_calibration) },
              { label: "Packs the weights, so it comes last", value: yesNo(method.packs) },
            ],
          }),
        ),
        runtimes: runtimes.map((runtime) =>
          entryOf(runtime, { group: runtime.devices.join(", "), facts: [{ label: "Loads", value: runtime.formats.join(", ") }] }),
        ),
        benchmarks: benchmarks.map((benchmark) =>
          entryOf(
            { ...benchmark, summary: benchmark.like === benchmark.name ? "" : `In the style of ${benchmark.like}.`, source: "" },
            {
              group: { pocket: "pocket world", hub: "hub", own: "your own" }[benchmark.source],
              facts: [
                { label: "Items", value: benchmark.items.toLocaleString("en") },
                { label: "Metric", value: `${benchmark.metric}, ${benchmark.direction === "max" ? "more" : "less"} is better` },
                { label: "Score of guessing", value: benchmark.chance === null ? "not known" : String(benchmark.chance) },
                { label: "Version", value: benchmark.version },
              ],
            },
          ),
        ),
        strategies: strategies.map((strategy) => entryOf(strategy, { group: "search" })),
        templates: templates.map((template) =>
          entryOf(template, {
            group: template.recipe.runtime ?? "",
            code: JSON.stringify(template.recipe, (_, value: unknown) => value ?? undefined, 2),
            href: template.mode === "proxy" ? null : `/experiments/new?templates=${encodeURIComponent(template.name)}`,
            facts: [{ label: "Measured on", value: template.mode === "proxy" ? "a tenth of the items" : "all items" }],
          }),
        ),
      },
    };
  } catch (error) {
    const { message, remedy } = toAppError(error);
    return { ok: false, message, remedy };
  }
}
