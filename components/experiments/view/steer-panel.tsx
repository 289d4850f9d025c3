"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { getJson } from "@/components/api";
import { MethodRules } from "@/components/experiments/method-rules";
import { recipeText } from "@/components/experiments/recipe-text";
import { NextStep } from "@/components/experiments/view/next-step";
import { useSteer, type SteerFailure } from "@/components/experiments/view/use-steer";
import { Button } from "@/components/ui/button";
import { Notice, Panel } from "@/components/ui/panel";
import { RequestId } from "@/components/ui/request-id";
import type { ExperimentView, Extension, RuleKind } from "@/lib/experiments/schema";

type Steered = Pick<ExperimentView, "id" | "controls" | "limits">;

/** What a person may change while the experiment runs; each change takes effect when the next episode is decided. */
export function SteerPanel({ experiment, onChanged }: { experiment: Steered; onChanged: () => void }) {
  const { id, controls, limits } = experiment;
  const { send, pending, failure } = useSteer(id, onChanged);
  return (
    <Panel title="Steer" id="steer">
      <div className="grid gap-3 p-3">
        <SteerProblem failure={failure} />
        <Methods controls={controls} pending={pending} onRule={(method, rule) => send({ kind: "method", method, rule })} />
        <Extend limits={limits} pending={pending} onAdd={(add) => send({ kind: "extend", add })} />
        <p className="text-xs text-ink-3">The next decision reads it. What comes next is chosen under Plan.</p>
      </div>
    </Panel>
  );
}

/** The recipe of the next episode, where a person wants to choose it. */
export function NextPanel({ experiment: { id, controls }, onChanged }: { experiment: Pick<Steered, "id" | "controls">; onChanged: () => void }) {
  const { send, pending, failure } = useSteer(id, onChanged);
  const [choosing, setChoosing] = useState(false);
  return (
    <Panel title="Next step" id="next">
      <div className="grid gap-3 p-3">
        <SteerProblem failure={failure} />
        <div className="flex flex-wrap items-center gap-2">
          {controls.next ? (
            <>
              <span className="min-w-0 font-mono text-xs break-words">{recipeText(controls.next)}</span>
              <Button variant="quiet" disabled={pending} onClick={() => send({ kind: "next", recipe: null })}>
                Take back
              </Button>
            </>
          ) : (
            <>
              <span>Chosen by the search.</span>
              <Button variant="quiet" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
                {choosing ? "Close" : "Choose…"}
              </Button>
            </>
          )}
        </div>
        {choosing && !controls.next ? <NextStep id={id} pending={pending} onChoose={(recipe) => send({ kind: "next", recipe }, () => setChoosing(false))} /> : null}
      </div>
    </Panel>
  );
}

/** For the header: a pause lets the running episode come to its end. */
export function PauseButton({ experiment: { id, controls }, onChanged }: { experiment: Pick<Steered, "id" | "controls">; onChanged: () => void }) {
  const { send, pending, failure } = useSteer(id, onChanged);
  return (
    <>
      <Button disabled={pending} onClick={() => send({ kind: controls.paused ? "resume" : "pause" })}>
        {controls.paused ? "Resume" : "Pause"}
      </Button>
      <SteerProblem failure={failure} />
    </>
  );
}

function SteerProblem({ failure }: { failure: SteerFailure | null }) {
  if (!failure) return null;
  return (
    <Notice tone="bad" role="alert" title={failure.message}>
      {failure.remedy}
      {failure.requestId ? <RequestId id={failure.requestId} /> : null}
    </Notice>
  );
}

function Methods({ controls, pending, onRule }: { controls: ExperimentView["controls"]; pending: boolean; onRule: (method: string, rule: RuleKind | "free") => void }) {
  const { data = [] } = useQuery({ queryKey: ["methods"], queryFn: ({ signal }) => getJson<{ name: string; title: string }[]>("/api/v1/methods", signal), staleTime: 60_000 });
  return <MethodRules rules={controls} methods={data} disabled={pending} onRule={onRule} />;
}

const addable: { name: keyof Extension; label: string }[] = [
  { name: "episodes", label: "episodes" },
  { name: "hours", label: "hours" },
  { name: "carbonGrams", label: "g of CO2" },
  { name: "usd", label: "USD" },
  { name: "tokens", label: "tokens" },
];

function Extend({ limits, pending, onAdd }: { limits: ExperimentView["limits"]; pending: boolean; onAdd: (add: Extension) => void }) {
  const [amount, setAmount] = useState("");
  const [name, setName] = useState<keyof Extension>("episodes");
  const value = Number(amount);
  const usable = amount.trim() !== "" && value > 0 && (name !== "episodes" || Number.isInteger(value));
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (usable && !pending) onAdd({ [name]: value });
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <label htmlFor="steer-amount" className="text-ink-2">
        Budget
      </label>
      <input id="steer-amount" value={amount} onChange={(event) => setAmount(event.target.value)} inputMode="decimal" autoComplete="off" className="control figures h-8 w-20" />
      <select aria-label="What to add" value={name} onChange={(event) => setName(event.target.value as keyof Extension)} className="control h-8 px-1.5">
        {addable
          .filter((each) => each.name === "episodes" || each.name === "hours" || limits[each.name] !== null)
          .map((each) => (
            <option key={each.name} value={each.name}>
              {each.label}
            </option>
          ))}
      </select>
      <Button type="submit" disabled={pending || !usable}>
        Add
      </Button>
    </form>
  );
}
