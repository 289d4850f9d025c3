import { db } from "@/lib/db/client";

export async function teamOf(experimentId: string): Promise<string> {
  return (await db().experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { teamId: true } })).teamId;
}

export async function experimentIdsOf(team: string): Promise<string[]> {
  return (await db().experiment.findMany({ where: { teamId: team }, select: { id: true }, orderBy: { createdAt: "asc" } })).map(({ id }) => id);
}
