import { resolve } from "node:path";
import { z } from "zod";

const schema = z.object({
  PARETO_DATA: z.string().default("data"),
  PARETO_WEB_URL: z.url().default("http://127.0.0.1:3000"),
  PARETO_MODE: z.enum(["single", "team"]).default("single"),
  PARETO_REGION: z.string().default("WORLD"),
  DATABASE_URL: z.string("DATABASE_URL is not set: start the app by `npm start`, which sets it."),
  RUNNER_URL: z.url().default("http://127.0.0.1:8765"),
  RUNNER_KEY: z.string("RUNNER_KEY is not set: start the app by `npm start`, which sets it."),
});

let parsed: z.infer<typeof schema> | undefined;

/** The environment, parsed once at first use so that a build needs none of it. */
export function env(): z.infer<typeof schema> {
  if (!parsed) {
    const result = schema.safeParse(process.env);
    if (!result.success) throw new Error(`The environment is not usable. ${result.error.issues.map((issue) => issue.message).join(" ")}`);
    parsed = result.data;
  }
  return parsed;
}

/** Where the result files of one experiment lie. */
export function experimentFolder(name: string): string {
  return resolve(env().PARETO_DATA, "experiments", name);
}
