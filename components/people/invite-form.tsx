"use client";

import { useState } from "react";
import { useAct } from "@/components/people/use-act";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Notice } from "@/components/ui/panel";
import { roles, type Role } from "@/lib/access/schema";
import { cancelInvitation, invitePerson } from "@/lib/people/actions";
import type { InvitationView } from "@/lib/people/schema";

/** Invites by a link that the owner hands over, since the lab sends no mail. */
export function InviteForm({ invitations, webUrl }: { invitations: InvitationView[]; webUrl: string }) {
  const { pending, problem, act } = useAct();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  return (
    <div className="grid grid-cols-1 gap-3 p-3">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          act(() => invitePerson({ email, role }), () => setEmail(""));
        }}
      >
        <label className="grid max-w-full gap-1">
          <span className="font-medium">E-mail</span>
          <input className="control w-72 max-w-full" type="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
        </label>
        <label className="grid gap-1">
          <span className="font-medium">Role</span>
          <select className="control" value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {roles.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <Button type="submit" variant="primary" disabled={pending}>
          Invite
        </Button>
      </form>
      {problem ? (
        <Notice tone="bad" role="alert" title={problem.message}>
          {problem.remedy}
        </Notice>
      ) : null}
      {invitations.length === 0 ? (
        <p className="text-ink-2">Nobody is invited at present. An invitation is a link that you send yourself; it is good for a week.</p>
      ) : (
        <ul className="grid grid-cols-1 gap-2">
          {invitations.map((invitation) => (
            <li key={invitation.id} className="flex flex-wrap items-center gap-2">
              <span className="min-w-0 font-medium break-all">{invitation.email}</span>
              <span className="text-ink-2">as {invitation.role}</span>
              <code className="min-w-0 truncate font-mono text-xs">{`${webUrl}/join/${invitation.id}`}</code>
              <CopyButton text={`${webUrl}/join/${invitation.id}`} label={`Copy the link for ${invitation.email}`} />
              <Button variant="quiet" className="px-2" disabled={pending} onClick={() => act(() => cancelInvitation({ id: invitation.id }))}>
                Withdraw
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
