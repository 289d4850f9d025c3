import { db } from "@/lib/db/client";

const dayMs = 86_400_000;
/** Longer than any one-time token is good for: a row that is gone must not make a token good again. */
const usedTokenDays = 1;
const auditDays = 365;
/** Ended links may hold a frozen experiment, which is large; nobody can open or list them any more. */
const endedLinkDays = 1;

/** Removes what has run out: used one-time tokens, sessions, ended share links, and the audit of more than a year ago. */
export async function dropExpired(now = new Date()): Promise<void> {
  const before = (days: number): Date => new Date(now.getTime() - days * dayMs);
  const ended = before(endedLinkDays);
  await db().usedToken.deleteMany({ where: { usedAt: { lt: before(usedTokenDays) } } });
  await db().session.deleteMany({ where: { expiresAt: { lt: now } } });
  await db().verification.deleteMany({ where: { expiresAt: { lt: now } } });
  await db().invitation.deleteMany({ where: { expiresAt: { lt: now } } });
  await db().shareLink.deleteMany({ where: { OR: [{ revokedAt: { lt: ended } }, { expiresAt: { lt: ended } }] } });
  await db().auditEntry.deleteMany({ where: { at: { lt: before(auditDays) } } });
}
