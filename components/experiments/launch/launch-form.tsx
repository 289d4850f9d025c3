"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition, type FormEvent } from "react";
import { BenchmarkList } from "@/components/experiments/launch/benchmark-list";
import { checkDraft } from "@/components/experiments/launch/check-draft";
import { fieldOf, firstField, type LaunchField, type RunnerLists } from "@/components/experiments/launch/choices";
import { ExtraOptions } from "@/components/experiments/launch/extra-options";
import { GoalFields } from "@/components/experiments/launch/goal-fields";
import { GoalWords } from "@/components/experiments/launch/goal-words";
import { LaunchSummary } from "@/components/experiments/launch/launch-summary";
import type { LaunchDraft, Prefill } from "@/components/experiments/launch/prefill";
import { SpecCorrections } from "@/components/experiments/launch/spec-corrections";
import { fillDraft, nothingSpoken } from "@/components/experiments/launch/spoken-goal";
import { SpecPreview } from "@/components/experiments/launch/spec-preview";
import { StrategyField } from "@/components/experiments/launch/strategy-field";
import { useModelSpec } from "@/components/experiments/launch/use-model-spec";
import { MethodRules } from "@/components/experiments/method-rules";
import { Button } from "@/components/ui/button";
import { RequestId } from "@/components/ui/request-id";
import { FieldErrors, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/panel";
import { launchExperiment } from "@/lib/experiments/actions";
import { noRules, rulesInWords, withRule, type FieldProblem } from "@/lib/experiments/schema";

interface Failure {
  message: string;
  remedy: string;
  requestId?: string;
}

const lostConnection: Failure = {
  message: "The web server did not answer, so it is not known whether the experiment was created.",
  remedy: "Look at the list of experiments before you start it again. What you typed is kept.",
};

export function LaunchForm({ prefill, lists }: { prefill: Prefill; lists: RunnerLists }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<LaunchDraft>(prefill.draft);
  const [problems, setProblems] = useState<FieldProblem[]>(() => prefill.unknownBenchmarks.map(unknownBenchmark));
  const [failure, setFailure] = useState<Failure | null>(null);
  const [advancedOpen, setAdvancedOpen] = useState(Boolean(prefill.draft.templates?.length));
  const [focusTick, setFocusTick] = useState(0);
  const [starting, startTransition] = useTransition();
  const spoken = draft.spoken ?? nothingSpoken;
  const rules = draft.rules ?? noRules;
  const spec = useModelSpec(draft.model);
  const [hadLists, setHadLists] = useState(lists.ok);
  if (lists.ok && !hadLists) {
    // The runner came back while the form was open: offer its benchmarks, and leave everything typed as it is.
    setHadLists(true);
    if (draft.benchmarks.length === 0) setDraft({ ...draft, benchmarks: prefill.draft.benchmarks });
  }

  const problemsOf = (field: LaunchField) => problems.filter((problem) => fieldOf(problem) === field);
  const change = (field: keyof LaunchDraft & LaunchField) => (value: string | string[]) => changeDraft(field, { [field]: value });
  const changeDraft = (field: LaunchField, changed: Partial<LaunchDraft>): void => {
    setDraft((current) => ({ ...current, ...changed }));
    setProblems((current) => current.filter((problem) => fieldOf(problem) !== field));
  };

  function showProblems(found: FieldProblem[]): void {
    setProblems(found);
    const first = firstField(found);
    if (first === "seed" || first === "itemLimit" || first === "strategy" || first === "rules" || first === "templates") setAdvancedOpen(true);
    setFocusTick((tick) => tick + 1);
  }

  // Focus moves after the render that shows the problem, when a folded part is already open.
  useEffect(() => {
    if (focusTick === 0) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], fieldset[aria-describedby] input:not(:disabled)")?.focus();
  }, [focusTick]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (starting || !lists.ok) return;
    setFailure(null);
    const checked = checkDraft(draft);
    if (!checked.ok) return showProblems(checked.problems);
    setProblems([]);
    startTransition(async () => {
      try {
        const result = await launchExperiment(checked.launch);
        if (result.ok) return router.push(`/experiments/${result.data.id}`);
        const found = result.error.problems ?? [];
        const placed = found.filter((problem) => fieldOf(problem) !== null);
        if (placed.length > 0) showProblems(placed);
        if (placed.length < found.length || found.length === 0) setFailure({ ...failureOf(result.error, found), requestId: result.requestId });
      } catch {
        setFailure(lostConnection);
      }
    });
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(320px,440px)]">
      <div className="grid min-w-0 grid-cols-1 gap-5">
        <div>
          <TextField
            name="model"
            label="Model"
            value={draft.model}
            onChange={change("model")}
            problems={problemsOf("model")}
            mono
            hint={
              <>
                <code className="font-mono">pocket</code> comes with the lab. Or a local folder, or a hub id such as{" "}
                <code className="font-mono">owner/name</code> or <code className="font-mono">owner/name@revision</code>.
              </>
            }
          />
        </div>
        <GoalWords
          spoken={spoken}
          onWords={(words) => changeDraft("goal", { spoken: { ...spoken, words } })}
          onRead={(parsed) => {
            changeDraft("goal", fillDraft(draft, parsed));
            if (rulesInWords(parsed.rules).length > 0) setAdvancedOpen(true);
          }}
          onDrop={(index) => changeDraft("goal", { spoken: { ...spoken, extras: spoken.extras.toSpliced(index, 1) } })}
        />
        <GoalFields draft={draft.goal} onChange={(goal) => changeDraft("goal", { goal })} problems={problemsOf("goal")} />
        <BenchmarkList choices={lists.ok ? lists.benchmarks : []} chosen={draft.benchmarks} onChange={change("benchmarks")} problems={problemsOf("benchmarks")} />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="maxEpisodes" label="Episodes" value={draft.maxEpisodes} onChange={change("maxEpisodes")} problems={problemsOf("maxEpisodes")} inputMode="numeric" hint="Compressions to try, at most." />
          <TextField name="budgetHours" label="Hours" value={draft.budgetHours} onChange={change("budgetHours")} problems={problemsOf("budgetHours")} inputMode="decimal" hint="Time after which no episode starts." />
        </div>
        <details open={advancedOpen} onToggle={(event) => setAdvancedOpen(event.currentTarget.open)}>
          <summary className="w-fit rounded-sm font-medium text-ink-2 hover:text-ink">Advanced</summary>
          <div className="mt-3 grid gap-4 sm:grid-cols-2">
            <TextField name="itemLimit" label="Items per benchmark" value={draft.itemLimit} onChange={change("itemLimit")} problems={problemsOf("itemLimit")} inputMode="numeric" hint="Empty measures all. Fewer is quicker and less certain." />
            <TextField name="seed" label="Seed" value={draft.seed} onChange={change("seed")} problems={problemsOf("seed")} inputMode="numeric" hint="The same seed makes the same choices where the method allows." />
            {lists.ok ? <StrategyField strategies={lists.strategies} value={draft.strategy} onChange={change("strategy")} problems={problemsOf("strategy")} /> : null}
            <div className="sm:col-span-2">
              <MethodRules rules={rules} methods={lists.ok ? lists.methods : []} onRule={(name, rule) => changeDraft("rules", { rules: withRule(rules, name, rule) })} />
              <FieldErrors id="rules-problem" problems={problemsOf("rules")} />
            </div>
            {lists.ok ? <ExtraOptions draft={draft} templates={lists.templates} onChange={(changed) => changeDraft("templates", changed)} /> : null}
            <FieldErrors id="templates-problem" problems={problemsOf("templates")} />
          </div>
        </details>
        {failure ? (
          <Notice tone="bad" role="alert" title={failure.message}>
            {failure.remedy}
            {failure.requestId ? <RequestId id={failure.requestId} /> : null}
          </Notice>
        ) : null}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" aria-disabled={!lists.ok || starting} aria-describedby="start-note">
            {starting ? "Starting…" : "Start experiment"}
          </Button>
          {lists.ok ? null : <Button onClick={() => router.refresh()}>Ask the runner again</Button>}
          <p id="start-note" role="status" className="text-sm text-ink-2">
            {lists.ok ? (starting ? "The model and the benchmarks are being checked." : "") : `Cannot start: ${lists.message}`}
          </p>
        </div>
      </div>
      <div className="grid min-w-0 grid-cols-1 gap-4 lg:sticky lg:top-16">
        <LaunchSummary draft={draft} lists={lists} />
        <SpecPreview {...spec}>
          <SpecCorrections draft={draft.specCorrections} onChange={(specCorrections) => changeDraft("specCorrections", { specCorrections })} problems={problemsOf("specCorrections")} />
        </SpecPreview>
      </div>
    </form>
  );
}

function unknownBenchmark(name: string): FieldProblem {
  return { field: "benchmarks", message: `There is no benchmark "${name}" here.`, remedy: "Choose from the list." };
}

function failureOf(error: { message: string; remedy?: string }, problems: readonly FieldProblem[]): Failure {
  const unplaced = problems.filter((problem) => fieldOf(problem) === null);
  if (unplaced.length === 0) return { message: error.message, remedy: error.remedy ?? "" };
  return { message: unplaced.map((problem) => problem.message).join(" "), remedy: unplaced.map((problem) => problem.remedy).join(" ") };
}
