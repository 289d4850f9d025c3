/** The five objectives of every solution. Adding one is adding a row here and the figure it is read from. */
export const objectives = [
  { key: "accuracy", label: "Accuracy", direction: "max", unit: "", description: "mean of the chosen benchmarks' main metrics, 0 to 1" },
  { key: "latency_ms", label: "Latency", direction: "min", unit: "ms/token", description: "median time per generated token, batch 1, after warm-up" },
  { key: "memory_gb", label: "Memory", direction: "min", unit: "GB", description: "peak while generating, less an empty process" },
  { key: "model_size_gb", label: "Size", direction: "min", unit: "GB", description: "bytes of the weights on disk, as loaded" },
  { key: "co2_grams", label: "CO2", direction: "min", unit: "g/1k tokens", description: "energy of a fixed workload times the grid's intensity" },
] as const;

export type Objective = (typeof objectives)[number];
export type ObjectiveKey = Objective["key"];
export type Direction = Objective["direction"];

/** One value for each objective, in the objective's own unit. */
export type Figures = Record<ObjectiveKey, number>;

export const objectiveKeys = objectives.map((objective) => objective.key) as readonly ObjectiveKey[];

export function objectiveOf(key: ObjectiveKey): Objective {
  return objectives.find((objective) => objective.key === key) as Objective;
}

/** The five values alone, without their intervals. */
export function figuresOf(measured: Record<ObjectiveKey, { value: number }>): Figures {
  return Object.fromEntries(objectiveKeys.map((key) => [key, measured[key].value])) as Figures;
}
