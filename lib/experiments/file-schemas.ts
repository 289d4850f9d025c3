import { Ajv2020 } from "ajv/dist/2020.js";
import common from "./schemas/common.json";
import finalResults from "./schemas/final-results.json";
import modelSpec from "./schemas/model-spec.json";
import paretoFrontier from "./schemas/pareto-frontier.json";
import results from "./schemas/results.json";
import strategy from "./schemas/strategy.json";

/** Checks result files against their committed schemas, when they are written and when they are read back. */

export type FileKind = "final-results" | "model-spec" | "pareto-frontier" | "results" | "strategy";

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema([common, finalResults, modelSpec, paretoFrontier, results, strategy]);

/** Throws with every problem when `content` is not what its schema says. */
export function requireValidFile(kind: FileKind, content: unknown, where: string): void {
  const validate = ajv.getSchema(`${kind}.json`);
  if (!validate) throw new Error(`There is no schema for ${kind}.`);
  if (validate(content)) return;
  const problems = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message ?? ""}`);
  throw new Error(`${where} does not match its schema (${kind}.json): ${problems.join("; ")}`);
}
