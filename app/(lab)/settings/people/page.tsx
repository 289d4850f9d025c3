import { InviteForm } from "@/components/people/invite-form";
import { PeopleTable } from "@/components/people/people-table";
import { TeamSwitch } from "@/components/people/team-switch";
import { SettingsTabs } from "@/components/settings/settings-tabs";
import { Notice, Panel } from "@/components/ui/panel";
import { isTeamMode } from "@/lib/access/mode";
import { may } from "@/lib/access/schema";
import { env } from "@/lib/env";
import { page } from "@/lib/page";
import { listInvitations, listPeople, listTeams } from "@/lib/people/queries";

export const metadata = { title: "People" };

export default page({ permission: "lab:read" }, async (_props, caller) => {
  if (!isTeamMode()) {
    return (
      <>
        <SettingsTabs current="people" role={caller.role} />
        <Notice tone="plain" title="This lab is yours alone.">
          To share it, set <code className="font-mono">PARETO_MODE=team</code>, start it again and open the link that it prints: the first account owns the lab and invites others.
        </Notice>
      </>
    );
  }
  const owner = may(caller.role, "people:edit");
  const [people, invitations, teams] = await Promise.all([listPeople(caller.team), owner ? listInvitations(caller.team) : [], listTeams(caller.id)]);
  return (
    <>
      <SettingsTabs current="people" role={caller.role} />
      <div className="grid grid-cols-1 gap-4">
        <Panel title="People" aside={<TeamSwitch teams={teams} current={caller.team} owner={owner} />}>
          <PeopleTable people={people} own={caller.id} owner={owner} />
        </Panel>
        {owner ? (
          <Panel title="Invitations">
            <InviteForm invitations={invitations} webUrl={env().PARETO_WEB_URL} />
          </Panel>
        ) : null}
      </div>
    </>
  );
});
