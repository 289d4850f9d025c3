"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { FieldErrors } from "@/components/ui/field";
import { Notice } from "@/components/ui/panel";
import { claimOwnership, joinTeam, signIn } from "@/lib/people/actions";

const fields = {
  name: { label: "Name", type: "text", autoComplete: "name" },
  email: { label: "E-mail", type: "email", autoComplete: "username" },
  password: { label: "Password", type: "password", autoComplete: "current-password" },
  newPassword: { label: "Password, 12 characters or more", type: "password", autoComplete: "new-password" },
} as const;

const forms = {
  signIn: { fields: ["email", "password"], button: "Sign in" },
  join: { fields: ["name", "newPassword"], button: "Join" },
  joinKnown: { fields: ["password"], button: "Join" },
  claim: { fields: ["name", "email", "newPassword"], button: "Create the account" },
} as const satisfies Record<string, { fields: (keyof typeof fields)[]; button: string }>;

interface Problem {
  message: string;
  remedy: string;
  problems?: { field: string; message: string; remedy?: string }[];
}

/** Signs in, or makes an account; what was typed stays when it is refused. */
export function AccountForm({ kind, invitation = "" }: { kind: keyof typeof forms; invitation?: string }) {
  const [values, setValues] = useState({ name: "", email: "", password: "" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  const shown = forms[kind].fields;

  const send = (): void =>
    startTransition(async () => {
      setProblem(null);
      try {
        const result = await (kind === "signIn" ? signIn(values) : kind === "claim" ? claimOwnership(values) : joinTeam({ ...values, name: values.name || "-", invitation }));
        if (result.ok) location.assign("/experiments");
        else setProblem(result.error);
      } catch {
        setProblem({ message: "The web server did not answer.", remedy: "Try again in a moment." });
      }
    });

  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {problem && !problem.problems ? (
        <Notice tone="bad" role="alert" title={problem.message}>
          {problem.remedy}
        </Notice>
      ) : null}
      {shown.map((field) => {
        const key = field === "newPassword" ? "password" : field;
        const problems = (problem?.problems ?? []).filter((each) => each.field === key).map((each) => ({ ...each, remedy: each.remedy ?? "" }));
        return (
          <div key={field}>
            <label htmlFor={key} className="mb-1 block font-medium">
              {fields[field].label}
            </label>
            <input
              id={key}
              name={key}
              type={fields[field].type}
              autoComplete={fields[field].autoComplete}
              required
              value={values[key]}
              onChange={(event) => setValues({ ...values, [key]: event.target.value })}
              aria-invalid={problems.length > 0}
              aria-describedby={problems.length > 0 ? `${key}-problem` : undefined}
              className="control w-full"
            />
            <FieldErrors id={`${key}-problem`} problems={problems} />
          </div>
        );
      })}
      <Button type="submit" variant="primary" disabled={pending}>
        {pending ? "One moment…" : forms[kind].button}
      </Button>
    </form>
  );
}
