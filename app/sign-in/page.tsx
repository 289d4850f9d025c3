import type { Metadata } from "next";
import { AccountForm } from "@/components/people/account-form";
import { SignInFrame } from "@/components/people/sign-in-frame";
import { isTeamMode } from "@/lib/access/mode";

export const metadata: Metadata = { title: "Sign in" };

/** Shown to whoever comes without a session. */
export default async function SignInPage({ searchParams }: { searchParams: Promise<{ link?: string | string[] }> }) {
  const used = (await searchParams).link === "used";
  return (
    <SignInFrame title="Sign in">
      {used ? <p className="text-warn">That link was used before, or is too old. Each one is good once.</p> : null}
      {isTeamMode() ? (
        <>
          <AccountForm kind="signIn" />
          <p className="text-ink-2">Accounts are made by invitation: an owner of the team sends you a link.</p>
        </>
      ) : (
        <>
          <p className="text-ink-2">Open the link that the lab printed in the terminal when it started. A new one is printed by</p>
          <pre className="overflow-x-auto rounded-md border border-line bg-panel px-3 py-2 font-mono text-xs">npm run lab -- link</pre>
        </>
      )}
    </SignInFrame>
  );
}
