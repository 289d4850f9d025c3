"use client";

import { useState } from "react";
import { useAct } from "@/components/people/use-act";
import { Button } from "@/components/ui/button";
import { createTeam, signOut, switchTeam } from "@/lib/people/actions";
import type { TeamView } from "@/lib/people/schema";

/** The team whose things are shown, a further one for what others must not see, and the way out. */
export function TeamSwitch({ teams, current, owner }: { teams: TeamView[]; current: string; owner: boolean }) {
  const { pending, problem, act } = useAct();
  const [name, setName] = useState<string | null>(null);
  return (
    <>
      {problem ? <span className="text-bad">{problem.message}</span> : null}
      {teams.length > 1 ? (
        <select className="control" aria-label="Team" value={current} disabled={pending} onChange={(event) => act(() => switchTeam({ id: event.target.value }))}>
          {teams.map((team) => (
            <option key={team.id} value={team.id}>
              {team.name}
            </option>
          ))}
        </select>
      ) : null}
      {owner && name !== null ? (
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            act(() => createTeam({ name }), () => setName(null));
          }}
        >
          <input className="control w-40" aria-label="Name of the new team" autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
          <Button type="submit" disabled={pending}>
            Create
          </Button>
        </form>
      ) : owner ? (
        <Button variant="quiet" onClick={() => setName("")}>
          New team
        </Button>
      ) : null}
      <Button variant="quiet" disabled={pending} onClick={() => act(() => signOut({}), () => location.assign("/sign-in"))}>
        Sign out
      </Button>
    </>
  );
}
