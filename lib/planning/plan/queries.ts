import { db, type Prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { append, locked, type Tx } from "@/lib/experiments/locked-queries";
import { planCheckSchema, planEvidenceSchema, type DraftItem, type PlanChange, type PlanCheck, type PlanItemView, type PlanStatus } from "./schema";

/** Everything that reads and changes a plan. Each change is one transaction under the experiment's lock, and an event. */

/** More would be a document, not a list; a planner that writes on and on must not fill the database. */
const mostItems = 100;

const inOrder = [{ position: "asc" }, { id: "asc" }] satisfies Prisma.PlanItemOrderByWithRelationInput[];

export interface PlanRow extends PlanItemView {
  check: PlanCheck | null;
}

export async function listPlan(experimentId: string): Promise<PlanRow[]> {
  return (await db().planItem.findMany({ where: { experimentId, removedAt: null }, orderBy: inOrder })).map(toRow);
}

/** Writes the planner's items behind what is there. With `first`, only into a plan in which the planner has not written yet. */
export async function addPlanned(experimentId: string, items: readonly DraftItem[], { first, by }: { first: boolean; by: string }): Promise<void> {
  await locked(experimentId, async (tx) => {
    const present = await tx.planItem.findMany({ where: { experimentId } });
    if (first && present.some(({ author }) => author === "planner")) return;
    // Also what a person has removed: the planner does not write it again.
    const known = new Set(present.map(({ text }) => text));
    const fresh = items.filter(({ text }) => !known.has(text)).slice(0, Math.max(0, mostItems - present.length));
    if (fresh.length === 0) return;
    const last = present.reduce((highest, { position }) => Math.max(highest, position), -1);
    await tx.planItem.createMany({
      data: fresh.map(({ text, check, evidence }, index) => ({ experimentId, position: last + 1 + index, text, author: "planner", evidence, ...(check ? { check } : {}) })),
    });
    await append(tx, experimentId, "plan.changed", { by, change: first ? "written" : "added", items: fresh.map(({ text }) => text) });
  });
}

/** Sets what the figures say of the planner's own items; an item that a person has touched has no check any more. */
export async function markProgress(experimentId: string, progress: readonly { id: string; status: PlanStatus; evidence: PlanItemView["evidence"] }[]): Promise<void> {
  if (progress.length === 0) return;
  await locked(experimentId, async (tx) => {
    let changed = 0;
    for (const { id, status, evidence } of progress) {
      changed += (await tx.planItem.updateMany({ where: { id, experimentId, author: "planner", removedAt: null }, data: { status, evidence } })).count;
    }
    if (changed > 0) await append(tx, experimentId, "plan.changed", { by: "planner", change: "progress" });
  });
}

/** A person's change. */
export async function changePlan(experimentId: string, by: string, change: PlanChange): Promise<void> {
  await locked(experimentId, async (tx) => {
    if (change.change === "add") await add(tx, experimentId, change);
    else await alter(tx, experimentId, change);
    await append(tx, experimentId, "plan.changed", { by, ...change });
  });
}

async function add(tx: Tx, experimentId: string, { text, before }: Extract<PlanChange, { change: "add" }>): Promise<void> {
  const present = await tx.planItem.findMany({ where: { experimentId, removedAt: null } });
  if (present.length >= mostItems) {
    throw new AppError("invalid_input", `A plan has at most ${mostItems} items.`, { remedy: "Delete what is done or no longer wanted." });
  }
  const { id } = await tx.planItem.create({ data: { experimentId, position: present.length, text, author: "person" }, select: { id: true } });
  await place(tx, experimentId, id, before ?? null);
}

async function alter(tx: Tx, experimentId: string, change: Exclude<PlanChange, { change: "add" }>): Promise<void> {
  const item = await tx.planItem.findFirst({ where: { id: change.item, experimentId } });
  if (!item || (item.removedAt && change.change !== "restore")) {
    throw new AppError("not_found", "There is no such item in this plan.", { remedy: "It may have been deleted meanwhile: read the plan again." });
  }
  const data = { where: { id: item.id } };
  if (change.change === "move") await place(tx, experimentId, item.id, change.before);
  else if (change.change === "remove") await tx.planItem.update({ ...data, data: { removedAt: new Date() } });
  else if (change.change === "restore") await tx.planItem.update({ ...data, data: { removedAt: null } });
  else await tx.planItem.update({ ...data, data: { author: "person", ...(change.text ? { text: change.text } : {}), ...(change.status ? { status: change.status } : {}) } });
}

async function place(tx: Tx, experimentId: string, id: string, before: string | null): Promise<void> {
  const others = (await tx.planItem.findMany({ where: { experimentId, id: { not: id } }, orderBy: inOrder, select: { id: true } })).map((row) => row.id);
  const at = before ? others.indexOf(before) : -1;
  others.splice(at < 0 ? others.length : at, 0, id);
  for (const [position, each] of others.entries()) await tx.planItem.update({ where: { id: each }, data: { position } });
}

function toRow(row: Prisma.PlanItemGetPayload<object>): PlanRow {
  return {
    id: row.id,
    text: row.text,
    status: row.status as PlanStatus,
    author: row.author as PlanItemView["author"],
    evidence: planEvidenceSchema.array().parse(row.evidence),
    // What a person has touched is theirs: the figures say nothing of it any more.
    check: row.author === "planner" ? planCheckSchema.nullable().parse(row.check) : null,
  };
}
