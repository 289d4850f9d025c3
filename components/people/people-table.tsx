"use client";

import { useAct } from "@/components/people/use-act";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Notice } from "@/components/ui/panel";
import { RelativeTime } from "@/components/ui/relative-time";
import { TableScroll } from "@/components/ui/table-scroll";
import { roles, type Role } from "@/lib/access/schema";
import { changeRole, removePerson } from "@/lib/people/actions";
import type { PersonView } from "@/lib/people/schema";

export function PeopleTable({ people, own, owner }: { people: PersonView[]; own: string; owner: boolean }) {
  const { pending, problem, act } = useAct();
  return (
    <>
      {problem ? (
        <Notice tone="bad" role="alert" title={problem.message}>
          {problem.remedy}
        </Notice>
      ) : null}
      <TableScroll label="People of this team">
        <table className="w-full text-left">
          <caption className="sr-only">People of this team</caption>
          <thead className="border-b border-line text-xs text-ink-2">
            <tr>
              {["Name", "E-mail", "Role", "Since", ""].map((name) => (
                <th key={name} scope="col" className="h-8 px-3 font-medium">
                  {name || <span className="sr-only">Actions</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id} className="border-b border-line last:border-0">
                <td className="h-10 px-3 whitespace-nowrap">
                  {person.name}
                  {person.userId === own ? <span className="text-ink-3"> (you)</span> : null}
                </td>
                <td className="px-3">{person.email}</td>
                <td className="px-3">
                  {owner ? (
                    <select
                      className="control"
                      aria-label={`Role of ${person.name}`}
                      value={person.role}
                      disabled={pending}
                      onChange={(event) => act(() => changeRole({ id: person.id, role: event.target.value as Role }))}
                    >
                      {roles.map((role) => (
                        <option key={role}>{role}</option>
                      ))}
                    </select>
                  ) : (
                    person.role
                  )}
                </td>
                <td className="px-3 whitespace-nowrap">
                  <RelativeTime at={person.since} />
                </td>
                <td className="px-3 text-right">
                  {owner && person.userId !== own ? (
                    <ConfirmDialog
                      trigger={
                        <Button variant="quiet" disabled={pending}>
                          Remove
                        </Button>
                      }
                      title={`Remove ${person.name}?`}
                      text="They lose access at once. What they launched stays."
                      action="Remove"
                      onConfirm={() => act(() => removePerson({ id: person.id }))}
                    />
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </>
  );
}
