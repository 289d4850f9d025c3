import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AccountForm } from "@/components/people/account-form";
import { SignInFrame } from "@/components/people/sign-in-frame";
import { isTeamMode } from "@/lib/access/mode";
import { findInvitation } from "@/lib/people/queries";

export const metadata: Metadata = { title: "Join" };

/** Where an invitation's link leads; `owner` is where the terminal's link leads in a shared lab. */
export default async function JoinPage({ params }: { params: Promise<{ id: string }> }) {
  if (!isTeamMode()) notFound();
  const { id } = await params;
  if (id === "owner") {
    return (
      <SignInFrame title="Become an owner">
        <p className="text-ink-2">You opened the link of this lab’s terminal. Make an account that owns the lab; others are invited from its settings.</p>
        <AccountForm kind="claim" />
      </SignInFrame>
    );
  }
  const invitation = await findInvitation(id);
  if (!invitation) {
    return (
      <SignInFrame title="This invitation does not exist">
        <p className="text-ink-2">It was used, withdrawn, or is older than a week. Ask for a new one.</p>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title={`Join ${invitation.team}`}>
      <p className="text-ink-2">
        As <span className="font-medium break-all text-ink">{invitation.email}</span>
        {invitation.known ? ", with the password of your account." : "."}
      </p>
      <AccountForm kind={invitation.known ? "joinKnown" : "join"} invitation={id} />
    </SignInFrame>
  );
}
