import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analysisText, analyzeExperiment, analyzeFolder } from "./analyze";
import { requireValidFile } from "./file-schemas";
import { writeExperimentFiles } from "./files";
import { testView } from "./testing/views";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pareto-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const readJson = async (name: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(join(folder, name), "utf8")) as Record<string, unknown>;

async function bytesOf(names: string[]): Promise<string[]> {
  return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}

describe("result files", () => {
  it("have the agreed names, and nothing else lies beside them", async () => {
    const { files } = await writeExperimentFiles(testView(), folder);
    expect(files).toEqual([
      "model_spec.json",
      ...[0, 1, 2, 3].flatMap((number) => [`episode_00${number}/strategy.json`, `episode_00${number}/results.json`]),
      "pareto_frontier.json",
      "pareto_visualization.html",
      "final_results.json",
    ]);
    const there = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(there).toHaveLength(files.length);
  });

  it("take the place of what a killed writer left, but not of what is being written", async () => {
    await writeExperimentFiles(testView(), folder);
    const [left, young] = [join(folder, "episode_001/.results.json.0a1b.tmp"), join(folder, ".model_spec.json.2c3d.tmp")];
    for (const path of [left, young]) await writeFile(path, "half");
    await utimes(left, new Date(0), new Date(0));
    await writeExperimentFiles(testView(), folder);
    const there = await readdir(folder, { recursive: true });
    expect(there.filter((name) => name.endsWith(".tmp"))).toEqual([".model_spec.json.2c3d.tmp"]);
  });

  it("hold the front with what each point dominates", async () => {
    await writeExperimentFiles(testView(), folder);
    const frontier = (await readJson("pareto_frontier.json")) as unknown as { solutions: { strategy: { episode_id: number }; dominates: number[]; result: { is_pareto_optimal: boolean } }[] };
    expect(frontier.solutions.map(({ strategy, dominates, result }) => [strategy.episode_id, dominates, result.is_pareto_optimal])).toEqual([
      [1, [0], true],
      [2, [], true],
    ]);
  });

  it("say where a measurement was taken over from, and are still valid without it", async () => {
    const view = testView();
    const reusedFrom = { experimentId: "01900000-0000-7000-8000-000000000001", experiment: "pocket_before", episode: 4, at: "2026-11-20T10:00:00.000Z" };
    await writeExperimentFiles({ ...view, episodes: view.episodes.map((episode) => (episode.number === 1 ? { ...episode, reusedFrom } : episode)) }, folder);
    expect((await readJson("episode_001/results.json")).reused_from).toEqual({ experiment_id: reusedFrom.experimentId, experiment: "pocket_before", episode: 4, at: reusedFrom.at });
    const { reused_from: none, ...earlier } = await readJson("episode_002/results.json");
    expect(none).toBeNull();
    requireValidFile("results", earlier, "a file of an earlier version");
  });

  it("say what was tried, what came of it and why it ended", async () => {
    await writeExperimentFiles(testView(), folder);
    expect(await readJson("episode_002/strategy.json")).toMatchObject({ episode_id: 2, methods: ["structured", "gptq"], quantization_bits: 4, pruning_ratio: 0.5, lora_rank: null });
    expect(await readJson("episode_001/strategy.json")).toMatchObject({ quantization_bits: 8, pruning_ratio: null });
    expect(await readJson("episode_001/results.json")).toMatchObject({
      status: "done",
      error_message: null,
      result: { accuracy: 0.74, model_size_gb: 0.006, benchmark_scores: { pocket_science: 0.74 }, intervals: { accuracy: { value: 0.74, n: 30 } } },
    });
    expect(await readJson("episode_003/results.json")).toMatchObject({ status: "failed", result: null, error_message: "The measuring process died.", error: { code: "measure_crashed" } });
    expect(await readJson("final_results.json")).toMatchObject({
      termination_reason: "max_episodes",
      episodes: 3,
      failed_episodes: 1,
      pareto_optimal: [1, 2],
      best: { model_size_gb: { episode_id: 2, value: 0.002 } },
    });
    expect(await readJson("model_spec.json")).toMatchObject({ model_size_gb: 0.0105, preferred_methods: ["autoround"], sources: { model_size_gb: { source: "files", confidence: "high" } } });
  });

  it("are the same bytes when written again", async () => {
    const { files } = await writeExperimentFiles(testView(), folder);
    const before = await bytesOf(files);
    await writeFile(join(folder, "final_results.json"), "damaged");
    await writeExperimentFiles(testView(), folder);
    expect(await bytesOf(files)).toEqual(before);
  });

  it("of a running experiment have no final results, and no results of an open episode", async () => {
    const view = testView({ status: "running", terminationReason: null });
    const open = view.episodes[3];
    if (!open) throw new Error("there is an episode 3");
    view.episodes[3] = { ...open, status: "evaluating", error: null, endedAt: null };
    const { files } = await writeExperimentFiles(view, folder);
    expect(files).not.toContain("final_results.json");
    expect(files).toContain("episode_003/strategy.json");
    expect(files).not.toContain("episode_003/results.json");
  });

  it("are written before anything is measured, too", async () => {
    const { files } = await writeExperimentFiles(testView({ status: "failed", terminationReason: "baseline_failed", episodes: [], solutions: [], reference: null, hypervolume: null }), folder);
    expect(files).toEqual(["model_spec.json", "pareto_frontier.json", "pareto_visualization.html", "final_results.json"]);
    expect((await analyzeFolder(folder)).points).toEqual([]);
    expect(analysisText(await analyzeFolder(folder))).toContain("Nothing was measured.");
  });

  it("are not written at all when one of them does not match its schema", async () => {
    const view = testView();
    await expect(writeExperimentFiles({ ...view, hypervolume: "much" as unknown as number }, folder)).rejects.toThrow(/pareto-frontier\.json.*hypervolume/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("the stand-alone page", () => {
  it("loads nothing and escapes what comes from outside", async () => {
    const view = testView({ model: "<img src=x onerror=alert(1)>" });
    const solution = view.solutions[1];
    if (!solution) throw new Error("there is a solution 1");
    view.solutions[1] = { ...solution, label: "</script><script>alert(1)</script>" };
    await writeExperimentFiles(view, folder);
    const html = await readFile(join(folder, "pareto_visualization.html"), "utf8");
    expect(html).not.toMatch(/<img/);
    expect(html).not.toContain("<script>alert");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<[a-z]+ [^>]*\b(?:src|href)=/);
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
    expect(html).toContain("<th scope=\"col\">Size (MB)</th>");
  });
});

describe("analysis", () => {
  it("is the same from the read model and from the folder", async () => {
    await writeExperimentFiles(testView(), folder);
    expect(await analyzeFolder(folder)).toEqual(analyzeExperiment(testView()));
  });

  it("finds front, best, knee, methods and failures", () => {
    const analysis = analyzeExperiment(testView());
    expect(analysis.front.map(({ episode }) => episode)).toEqual([1, 2]);
    expect(analysis.best.accuracy?.episode).toBe(0);
    expect(analysis.best.latency_ms?.episode).toBe(2);
    expect(analysis.knee?.episode).toBe(2);
    expect(analysis.hypervolume).toBeGreaterThan(0);
    expect(analysis.methods).toContainEqual({ method: "structured+gptq", tried: 1, failed: 0, onFront: 1, bestAccuracy: 0.6, smallestSizeGb: 0.002 });
    expect(analysis.methods).toContainEqual({ method: "magnitude", tried: 1, failed: 1, onFront: 0, bestAccuracy: null, smallestSizeGb: null });
    expect(analysis.failures).toEqual([{ episode: 3, label: "Magnitude 50 %", code: "measure_crashed", message: "The measuring process died.", remedy: "Look at its log." }]);
    const text = analysisText(analysis);
    expect(text).toMatch(/knee\s+2\s+Structured/);
    expect(text).toContain("all episodes were used");
    expect(text).toContain("[measure_crashed]");
  });

  it("says which file is wrong", async () => {
    await expect(analyzeFolder(join(folder, "nowhere"))).rejects.toThrow(/cannot be read/);
    await expect(analyzeFolder(folder)).rejects.toThrow(/model_spec\.json is missing/);
    await writeExperimentFiles(testView(), folder);
    await writeFile(join(folder, "pareto_frontier.json"), '{"solutions": [');
    await expect(analyzeFolder(folder)).rejects.toThrow(/pareto_frontier\.json is damaged/);
    await writeFile(join(folder, "pareto_frontier.json"), "{}");
    await expect(analyzeFolder(folder)).rejects.toThrow(/does not match its schema/);
  });
});

it("the schemas refuse unknown and missing fields", () => {
  expect(() => requireValidFile("strategy", { episode_id: 1 }, "strategy.json")).toThrow(/required property 'methods'/);
});
