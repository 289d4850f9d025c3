import type { Metadata } from "next";
import { CheckList } from "@/components/settings/check-list";
import { SettingsTabs } from "@/components/settings/settings-tabs";
import { runChecks } from "@/lib/checks";
import { page } from "@/lib/page";

export const metadata: Metadata = { title: "Settings" };
export const dynamic = "force-dynamic";

export default page({ permission: "lab:read" }, async (_props, { role }) => {
  const checks = await runChecks();
  return (
    <>
      <SettingsTabs current="checks" role={role} />
      <p className="mb-4 max-w-prose text-ink-2">
        Options are environment variables, listed in .env.example; a change takes effect when the lab is started again. Here is what they come to.
      </p>
      <CheckList checks={checks} />
    </>
  );
});
