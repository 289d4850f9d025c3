import { randomUUID } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import type { Client } from "pg";
import { hostileMarkup } from "../lib/testing/hostile-texts";
import { copyRow, type Json } from "./database";

/** Puts the hostile texts wherever a person, a model or a failing library can put words. */

const all = hostileMarkup.join("\n");

async function readRow<T>(database: Client, query: string, ...values: unknown[]): Promise<T> {
  const { rows } = await database.query(query, values);
  return rows[0] as T;
}

export interface HostileLab {
  /** Of the experiment that has a solution for each text. */
  id: string;
  /** Name of the note in the workspace. */
  note: string;
  remove(): Promise<void>;
}

/** From the measured experiment `source`: one experiment for each text as its name, and a last one that says all of them everywhere. */
export async function makeHostileLab(database: Client, request: APIRequestContext, source: string): Promise<HostileLab> {
  const spec = await readRow<{ spec: Json }>(database, 'SELECT spec FROM "Experiment" WHERE id = $1', source);
  const error = { code: all, message: all, remedy: all, field: null, retryable: false, details: { requestId: all } };
  const made: string[] = [];
  for (const [index, text] of hostileMarkup.entries()) {
    const id = randomUUID();
    const last = index === hostileMarkup.length - 1;
    made.push(id);
    await copyRow(database, "Experiment", source, {
      id,
      name: text,
      model: text,
      benchmarks: [text],
      stage: text,
      goal: { words: text },
      status: last ? "failed" : "done",
      error: last ? error : null,
      spec: { ...spec.spec, model: text, notes: [all] },
      createdAt: new Date(Date.now() + index).toISOString(),
    });
  }
  const id = made.at(-1) as string;
  await fill(database, id, source, error);
  const note = await send(request, id);
  return { id, note, remove: async () => void (await database.query('DELETE FROM "Experiment" WHERE id = ANY($1::uuid[])', [made])) };
}

async function fill(database: Client, id: string, source: string, error: Json): Promise<void> {
  const solutions = (await database.query('SELECT id, "episodeId", evaluation, "isBaseline" FROM "Solution" WHERE "experimentId" = $1 ORDER BY number LIMIT 2', [source])).rows as { id: string; episodeId: string; evaluation: Json; isBaseline: boolean }[];
  for (const [number, text] of hostileMarkup.entries()) {
    const from = solutions[Math.min(number, solutions.length - 1)] as (typeof solutions)[number];
    const episodeId = randomUUID();
    const { decision } = await readRow<{ decision: Json }>(database, 'SELECT decision FROM "Episode" WHERE id = $1', from.episodeId);
    const failed = number % 10 === 9;
    const said = { label: text, reasoning: text, fallbackNote: text, languageModel: text, evidence: [{ source: text, similarity: 0.5 }] };
    await copyRow(database, "Episode", from.episodeId, { id: episodeId, experimentId: id, number, status: failed ? "failed" : "done", error: failed ? { ...error, message: text, remedy: text } : null, decision: { ...decision, ...said } });
    if (failed) continue;
    const benchmarks = (from.evaluation.benchmarks as Json[]).map((benchmark) => ({ ...benchmark, name: text }));
    await copyRow(database, "Solution", from.id, { id: randomUUID(), experimentId: id, episodeId, number, label: text, evaluation: { ...from.evaluation, labels: [text], device: text, benchmarks }, onFront: number < 5 });
  }
  for (const [index, text] of hostileMarkup.entries()) {
    const at = [randomUUID(), id, text];
    await database.query('INSERT INTO "ModelCall" (id, "experimentId", episode, role, provider, model, system, prompt, answer, turns, error) VALUES ($1, $2, $4, $3, $3, $3, $3, $3, $3, $5, $3)', [...at, index, JSON.stringify([{ text }])]);
    await database.query('INSERT INTO "PlanItem" (id, "experimentId", position, text, author) VALUES ($1, $2, $4, $3, $3)', [...at, index]);
    await database.query('INSERT INTO "AuditEntry" (id, "teamId", "callerId", caller, action, target, outcome, "requestId") VALUES ($1, \'lab\', $2, $3, $3, $3, $3, $3)', at);
  }
}

/** What comes in by the API: a memory file and a note. */
async function send(request: APIRequestContext, id: string): Promise<string> {
  const record = (text: string, episode: number) => ({
    experimentId: id, experiment: text, episode, model: text, revision: null, family: text, parameters: null, layers: null, device: text, benchmarks: [text], itemLimit: null, goal: {},
    label: text, recipe: { version: 1, steps: [], runtime: "transformers" }, ratios: null, figures: null, error: { code: text.slice(0, 100), message: text }, at: new Date().toISOString(),
  });
  const file = { format: "pareto-lab-memory", version: 1, records: hostileMarkup.map((text, index) => record(text, index + 1)) };
  const imported = await request.post("/api/v1/memory", { data: { name: `${hostileMarkup[2]}.json`, file } });
  if (((await imported.json()) as { added: number }).added !== hostileMarkup.length) throw new Error(`The memory file was not taken: ${await imported.text()}`);
  const note = await request.post("/api/v1/workspace", { data: { title: hostileMarkup[2], text: hostileMarkup.map((text) => `- ${text}`).join("\n"), evidence: [{ experiment: id, episode: 1 }] } });
  if (note.status() !== 201) throw new Error(`The note was not taken: ${await note.text()}`);
  return ((await note.json()) as { name: string }).name;
}
