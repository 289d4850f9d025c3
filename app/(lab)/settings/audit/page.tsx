import { AuditTable } from "@/components/people/audit-table";
import { SettingsTabs } from "@/components/settings/settings-tabs";
import { ButtonLink } from "@/components/ui/button";
import { listAudit } from "@/lib/access/queries";
import { page } from "@/lib/page";

export const metadata = { title: "Audit" };

export default page({ permission: "audit:read" }, async ({ searchParams }, { team, role }) => {
  const { cursor } = await searchParams;
  const { items, nextCursor } = await listAudit({ team, cursor: typeof cursor === "string" ? cursor : null });
  return (
    <>
      <SettingsTabs current="audit" role={role} />
      <AuditTable entries={items} />
      {nextCursor ? (
        <ButtonLink href={`/settings/audit?cursor=${nextCursor}`} className="mt-4">
          Older
        </ButtonLink>
      ) : null}
    </>
  );
});
