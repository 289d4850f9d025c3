import { wholeNumber } from "@/components/whole-number";
import { formatNumber, formatQuantity } from "@/lib/domain/format";
import type { ModelSpec } from "@/lib/experiments/schema";

export interface SpecRow {
  label: string;
  value: string;
  source: string;
  confidence: "high" | "medium" | "low";
}

const sourceWords: Record<ModelSpec["model_size_gb"]["source"], string> = {
  measured: "measured",
  files: "from its files",
  hub: "from the hub",
  database: "from the built-in list",
  name: "guessed from the name",
  person: "set by a person",
};

/** The facts of a model in reading order; one that is not known says so instead of being left out. */
export function specRows(spec: ModelSpec): SpecRow[] {
  const row = <T>(label: string, fact: { value: T; source: ModelSpec["model_size_gb"]["source"]; confidence: SpecRow["confidence"] }, show: (value: NonNullable<T>) => string): SpecRow => ({
    label,
    value: fact.value === null || fact.value === undefined ? "not known" : show(fact.value),
    source: sourceWords[fact.source],
    confidence: fact.confidence,
  });
  const size = (value: number) => formatQuantity("model_size_gb", value);
  return [
    row("Family", spec.model_family, String),
    row("Architecture", spec.architecture, String),
    row("Size on disk", spec.model_size_gb, size),
    row("Parameters", spec.parameters, formatCount),
    row("Layers", spec.layers, String),
    row("Vocabulary", spec.vocabulary, wholeNumber),
    row("Context, tokens", spec.context, wholeNumber),
    row("Licence", spec.license, String),
    row("Gated", spec.gated, (value) => (value ? "yes" : "no")),
    row("GPU memory, least", spec.min_vram_gb, size),
    row("GPU memory, advised", spec.recommended_vram_gb, size),
  ];
}

/** "5.12 M", "1.1 B". */
export function formatCount(value: number): string {
  const steps = [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const step = steps.find(([size]) => value >= size);
  return step ? `${formatNumber(value / step[0])} ${step[1]}` : wholeNumber(value);
}
