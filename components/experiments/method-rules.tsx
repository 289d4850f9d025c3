"use client";

import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { ruleKinds, stepKinds, type RuleKind, type Rules } from "@/lib/experiments/rules-schema";

const verbs: Record<RuleKind, string> = { pinned: "Pin", forbidden: "Forbid", allowed: "Only" };
const words: Record<RuleKind, string> = { pinned: "in every recipe", forbidden: "never", allowed: "only" };

interface Props {
  rules: Rules;
  methods: readonly { name: string; title: string }[];
  disabled?: boolean;
  onRule: (name: string, rule: RuleKind | "free") => void;
}

/** What recipes may be made of: single methods, or kinds of steps. */
export function MethodRules({ rules, methods, disabled = false, onRule }: Props) {
  const [name, setName] = useState("");
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <label htmlFor={id} className="text-ink-2">
        Methods
      </label>
      <select id={id} value={name} onChange={(event) => setName(event.target.value)} className="control h-8 px-1.5">
        <option value="">Choose</option>
        <optgroup label="Kinds">
          <Options of={stepKinds} />
        </optgroup>
        <optgroup label="Methods">
          <Options of={methods} />
        </optgroup>
      </select>
      {ruleKinds.map((rule) => (
        <Button key={rule} disabled={disabled || !name} onClick={() => onRule(name, rule)}>
          {verbs[rule]}
        </Button>
      ))}
      {ruleKinds.flatMap((rule) =>
        rules[rule].map((ruled) => (
          <span key={ruled} className="inline-flex items-center gap-1 rounded-sm border border-line px-2 text-xs leading-6">
            {ruled}: {words[rule]}
            <button type="button" aria-label={`Release ${ruled}`} className="text-ink-2 underline underline-offset-2 hover:text-ink" disabled={disabled} onClick={() => onRule(ruled, "free")}>
              release
            </button>
          </span>
        )),
      )}
    </div>
  );
}

function Options({ of }: { of: Props["methods"] }) {
  return of.map(({ name, title }) => (
    <option key={name} value={name}>
      {title}
    </option>
  ));
}
