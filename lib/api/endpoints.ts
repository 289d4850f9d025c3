import { z } from "zod";
import { benchmarkUploadSchema } from "@/lib/catalog/schema";
import { exportQuerySchema } from "@/lib/experiments/exports/schema";
import { experimentListSchema } from "@/lib/experiments/list-schema";
import { answerRequestSchema, comparisonSchema } from "@/lib/experiments/page-schema";
import { logQuerySchema } from "@/lib/experiments/log-schema";
import { launchSchema } from "@/lib/experiments/schema";
import { steerSchema } from "@/lib/experiments/steer-schema";
import { questionSchema } from "@/lib/planning/agents/schema";
import { goalWordsSchema } from "@/lib/planning/goal/schema";
import { planChangeSchema } from "@/lib/planning/plan/schema";
import { noteSchema, workspaceFileSchema } from "@/lib/planning/workspace/schema";
import { shareSchema } from "@/lib/sharing/schema";
import { importRequestSchema, memoryQuerySchema } from "@/lib/skills/schema";
import type { Endpoint } from "./endpoint";

const after = z.object({ after: z.coerce.number().int().min(0).optional().describe("number of the last event that is known") });

/** Every endpoint, in the order in which the documentation lists them. A test fails on a route that is missing here. */
export const endpoints: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/experiments", tool: "list_experiments", summary: "List experiments, newest first, by text and state.", query: experimentListSchema },
  { method: "POST", path: "/api/v1/experiments", tool: "start_experiment", summary: "Start an experiment: model, benchmarks, episodes, hours, goal, limits, and what recipes may be made of. Everything is checked before it is stored.", body: launchSchema, status: 201 },
  { method: "GET", path: "/api/v1/experiments/{id}", tool: "get_experiment", summary: "One experiment by id or name: spec, episodes with their decisions, solutions with five figures, the front." },
  { method: "POST", path: "/api/v1/experiments/{id}/stop", tool: "stop_experiment", summary: "Stop it now; what was measured is kept." },
  { method: "POST", path: "/api/v1/experiments/{id}/steer", tool: "steer_experiment", summary: "Pause, resume, forbid, pin or allow only methods or kinds of steps, choose the next recipe, extend the budget. It takes effect at the next step.", body: steerSchema },
  { method: "GET", path: "/api/v1/experiments/{id}/episodes", tool: "list_episodes", summary: "A hundred episodes below a number, newest first.", query: z.object({ before: z.coerce.number().int().optional() }) },
  { method: "GET", path: "/api/v1/experiments/{id}/episodes/{number}", tool: "get_episode", summary: "One episode: its decision with the alternatives, what it expected and what was found, its phases." },
  { method: "GET", path: "/api/v1/experiments/{id}/solutions/{number}", tool: "get_solution", summary: "One solution with all that was measured and how its artifact was made." },
  { method: "GET", path: "/api/v1/experiments/{id}/compare", tool: "compare_solutions", summary: "Differences in accuracy between two to six solutions, item by item, with intervals.", query: comparisonSchema },
  { method: "GET", path: "/api/v1/experiments/{id}/candidates", tool: "list_candidates", summary: "What the search would try next, best first, with what it expects." },
  { method: "POST", path: "/api/v1/experiments/{id}/answers", tool: "ask_solution", summary: "Let a solution continue a prompt; the answer is read by the key that comes back.", body: answerRequestSchema },
  { method: "GET", path: "/api/v1/experiments/{id}/answers/{key}", tool: "get_answer", summary: "How far an answer is, and in the end the answer." },
  { method: "GET", path: "/api/v1/experiments/{id}/changes", summary: "What changed since an event.", query: after },
  { method: "GET", path: "/api/v1/experiments/{id}/events", summary: "The log as server-sent events, from `Last-Event-ID` or `after` on, then live; with `feed=changes` what each event changes.", query: after.extend({ feed: z.enum(["log", "changes"]).optional() }), replies: "text/event-stream" },
  { method: "GET", path: "/api/v1/experiments/{id}/log", tool: "read_log", summary: "A part of the log, from `after` on: of an episode's job (`episode` and `phase`, compress or evaluate), or what the lab did.", query: logQuerySchema },
  { method: "GET", path: "/api/v1/experiments/{id}/files", tool: "list_files", summary: "Every file that the experiment leaves: result files with sizes and checksums, and artifacts." },
  { method: "GET", path: "/api/v1/experiments/{id}/files/{path}", summary: "One of the result files.", replies: "application/octet-stream" },
  { method: "GET", path: "/api/v1/experiments/{id}/export", summary: "The experiment as one file: CSV, Parquet, JSON, HTML or an Optuna storage.", query: exportQuerySchema, replies: "application/octet-stream" },
  { method: "POST", path: "/api/v1/experiments/{id}/export", summary: "Write the result files into the experiment's folder anew." },
  { method: "GET", path: "/api/v1/experiments/{id}/mlflow", tool: "get_mlflow_status", summary: "Whether an MLflow server is set, and whether it has all of the experiment." },
  { method: "POST", path: "/api/v1/experiments/{id}/mlflow", tool: "export_to_mlflow", summary: "Log the experiment to the MLflow server now, with its episodes, parameters, figures and artifact links; again changes nothing." },
  { method: "GET", path: "/api/v1/experiments/{id}/plan", tool: "get_plan", summary: "The experiment's to-do list." },
  { method: "POST", path: "/api/v1/experiments/{id}/plan", tool: "change_plan", summary: "Add, edit, move, tick off, skip or delete an item of the to-do list; the next decision reads it.", body: planChangeSchema },
  { method: "GET", path: "/api/v1/experiments/{id}/reflections", tool: "list_reflections", summary: "What was learnt every few episodes, with the evidence, and the next step that was proposed." },
  { method: "GET", path: "/api/v1/experiments/{id}/model-calls", tool: "list_model_calls", summary: "What language models were asked for the experiment, with tokens and money." },
  { method: "GET", path: "/api/v1/experiments/{id}/model-calls/{call}", tool: "get_model_call", summary: "One call of a language model with its prompt and its answer." },
  { method: "GET", path: "/api/v1/shares", tool: "list_shares", summary: "Read-only links, of all experiments or of one.", query: z.object({ experiment: z.uuid().optional() }) },
  { method: "POST", path: "/api/v1/shares", tool: "create_share", summary: "Make a read-only link, live or frozen, that expires and can be revoked. It is shown once.", body: shareSchema, status: 201 },
  { method: "DELETE", path: "/api/v1/shares/{id}", tool: "revoke_share", summary: "End a link at once, also for those who have it open." },
  { method: "POST", path: "/api/v1/goals/parse", tool: "parse_goal", summary: "Read a goal in words into constraints, weights, limits and rules about methods; says what was not understood.", body: goalWordsSchema },
  { method: "GET", path: "/api/v1/workspace", tool: "read_lab_workspace", summary: "The workspace's files, or with kind and name one of them with its text.", query: workspaceFileSchema.partial() },
  { method: "POST", path: "/api/v1/workspace", tool: "keep_note", summary: "Keep a finding as a note, with the episodes it rests on; their figures are added.", body: noteSchema, status: 201 },
  { method: "GET", path: "/api/v1/agents", summary: "The specialists and their tools." },
  { method: "POST", path: "/api/v1/agents/{agent}/ask", tool: "ask_agent", summary: "Ask a specialist: adapters, distillation, evaluation or search. Needs a language model.", body: questionSchema },
  { method: "GET", path: "/api/v1/tools", tool: "list_agent_tools", summary: "The agents' tools, which work without a language model too, with the schemas of their input." },
  { method: "POST", path: "/api/v1/tools/{tool}", tool: "run_agent_tool", summary: "Run one of the agents' tools.", body: z.record(z.string(), z.unknown()) },
  { method: "GET", path: "/api/v1/models/spec", tool: "infer_spec", summary: "What is known of a model before anything runs, each fact with its source.", query: z.object({ model: z.string() }) },
  { method: "GET", path: "/api/v1/methods", tool: "list_methods", summary: "Compression methods with their parameters' schemas and availability." },
  { method: "GET", path: "/api/v1/runtimes", tool: "list_runtimes", summary: "Ways to run a model, with their availability." },
  { method: "GET", path: "/api/v1/strategies", tool: "list_strategies", summary: "Ways to search; a launch takes the name of one." },
  { method: "GET", path: "/api/v1/templates", tool: "list_templates", summary: "Ready-made recipes; a launch takes their names." },
  { method: "GET", path: "/api/v1/memory/records", tool: "search_memory", summary: "What recipes did before, newest first or most similar to a model first.", query: memoryQuerySchema },
  { method: "GET", path: "/api/v1/memory", summary: "The whole skill memory as one file." },
  { method: "POST", path: "/api/v1/memory", summary: "Take in such a file; says how many records were new, known and refused.", body: importRequestSchema },
  { method: "GET", path: "/api/v1/benchmarks", tool: "list_benchmarks", summary: "Benchmarks with their availability." },
  { method: "POST", path: "/api/v1/benchmarks", tool: "add_benchmark", summary: "Add a benchmark of your own from JSONL or YAML.", body: benchmarkUploadSchema, status: 201 },
  { method: "DELETE", path: "/api/v1/benchmarks/{name}", tool: "remove_benchmark", summary: "Remove a benchmark of your own; figures measured on it stay." },
  { method: "GET", path: "/api/v1/artifacts/{hash}", tool: "get_artifact", summary: "An artifact's manifest: its files with checksums, how it was made and in which runtimes it loaded." },
  { method: "GET", path: "/api/v1/artifacts/{hash}/{part}", summary: "An artifact's model card (`card`) or bundle (`bundle`).", replies: "application/octet-stream" },
  { method: "GET", path: "/api/v1/artifacts/{hash}/files/{path}", summary: "One of an artifact's files.", replies: "application/octet-stream" },
  { method: "GET", path: "/api/v1/openapi.json", summary: "This description." },
];
