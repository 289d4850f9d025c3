import { db } from "@/lib/db/client";
import { append, locked } from "@/lib/experiments/locked-queries";
import { reflectionSchema, type Reflection } from "./schema";

/** The reflections of an experiment, in order: each is an event of its log. */
export async function listReflections(experimentId: string): Promise<Reflection[]> {
  const rows = await db().event.findMany({ where: { experimentId, type: "experiment.reflected" }, orderBy: { seq: "asc" }, select: { data: true } });
  return rows.map(({ data }) => reflectionSchema.parse(data));
}

/** Keeps a reflection; one after the same episode that an earlier attempt had kept stays as it is. */
export async function keepReflection(experimentId: string, reflection: Reflection): Promise<Reflection> {
  return locked(experimentId, async (tx) => {
    const known = await tx.event.findFirst({ where: { experimentId, type: "experiment.reflected", data: { path: ["after"], equals: reflection.after } }, select: { data: true } });
    if (known) return reflectionSchema.parse(known.data);
    await append(tx, experimentId, "experiment.reflected", reflection);
    return reflection;
  });
}
