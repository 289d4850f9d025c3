import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { useTestDatabase } from "@/lib/db/use-test-database";
import { useOnce } from "./queries";
import { dropExpired } from "./retention-queries";
import { claimSeconds, startLinkSeconds } from "./tokens";

const now = new Date("2026-11-21T12:00:00Z");
const ago = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

useTestDatabase();

test("what has run out goes, what is good stays", async () => {
  await db().usedToken.createMany({ data: [{ nonce: "old", usedAt: ago(1.1) }, { nonce: "new", usedAt: ago(0.9) }] });
  await db().user.create({ data: { id: "u", name: "U", email: "u@lab.example" } });
  await db().session.createMany({ data: [["old", ago(0.1)], ["new", ago(-1)]].map(([id, expiresAt]) => ({ id: id as string, token: id as string, userId: "u", expiresAt: expiresAt as Date, updatedAt: now })) });
  const entry = { teamId: "lab", callerId: "u", caller: "U", action: "a", outcome: "done", requestId: "r" };
  await db().auditEntry.createMany({ data: [{ ...entry, target: "old", at: ago(366) }, { ...entry, target: "new", at: ago(364) }] });
  const link = { teamId: "lab", title: "", experimentIds: [], view: "", createdBy: "U" };
  await db().shareLink.createMany({
    data: [
      { ...link, tokenHash: "expired", expiresAt: ago(2) },
      { ...link, tokenHash: "revoked", revokedAt: ago(2) },
      { ...link, tokenHash: "open", expiresAt: ago(-2) },
      { ...link, tokenHash: "endless" },
    ],
  });
  await dropExpired(now);
  expect((await db().usedToken.findMany()).map(({ nonce }) => nonce)).toEqual(["new"]);
  expect((await db().session.findMany()).map(({ id }) => id)).toEqual(["new"]);
  expect((await db().auditEntry.findMany()).map(({ target }) => target)).toEqual(["new"]);
  expect((await db().shareLink.findMany()).map(({ tokenHash }) => tokenHash).toSorted()).toEqual(["endless", "open"]);
});

test("a one-time token that is still good stays used", async () => {
  const good = Math.max(startLinkSeconds, claimSeconds) / 86_400;
  await db().usedToken.create({ data: { nonce: "used-early", usedAt: ago(good) } });
  await dropExpired(now);
  expect(await useOnce("used-early")).toBe(false);
});
