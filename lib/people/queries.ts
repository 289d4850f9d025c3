import { randomUUID } from "node:crypto";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { firstTeam, roles, type Role } from "@/lib/access/schema";
import { db } from "@/lib/db/client";
import type { InvitationView, PersonView, TeamView } from "./schema";

/** Where better-auth keeps accounts, sessions and teams. */
export function accountStore() {
  return prismaAdapter(db(), { provider: "postgresql" });
}

/** A person's place in the team that they look at; without one, in the team they joined first. Null for who is in none. */
export async function findMembership(userId: string, teamId: string | null | undefined): Promise<{ team: string; role: Role } | null> {
  const rows = await db().member.findMany({ where: { userId }, orderBy: { createdAt: "asc" }, select: { organizationId: true, role: true } });
  const row = rows.find((each) => each.organizationId === teamId) ?? rows[0];
  return row ? { team: row.organizationId, role: roleOf(row.role) } : null;
}

export async function listPeople(team: string): Promise<PersonView[]> {
  const rows = await db().member.findMany({ where: { organizationId: team }, orderBy: { createdAt: "asc" }, include: { user: { select: { name: true, email: true } } } });
  return rows.map((row) => ({ id: row.id, userId: row.userId, ...row.user, role: roleOf(row.role), since: row.createdAt.toISOString() }));
}

export async function listInvitations(team: string): Promise<InvitationView[]> {
  const rows = await db().invitation.findMany({ where: { organizationId: team, status: "pending", expiresAt: { gt: new Date() } }, orderBy: { createdAt: "desc" } });
  return rows.map((row) => ({ id: row.id, email: row.email, role: roleOf(row.role), expiresAt: row.expiresAt.toISOString() }));
}

export async function listTeams(userId: string): Promise<TeamView[]> {
  const rows = await db().member.findMany({ where: { userId }, orderBy: { createdAt: "asc" }, select: { organization: { select: { id: true, name: true } } } });
  return rows.map((row) => row.organization);
}

/** An invitation that can still be accepted, and whether its person has an account already. */
export async function findInvitation(id: string): Promise<{ email: string; team: string; known: boolean } | null> {
  const row = await db().invitation.findFirst({ where: { id, status: "pending", expiresAt: { gt: new Date() } }, select: { email: true, organization: { select: { name: true } } } });
  if (!row) return null;
  const known = (await db().user.count({ where: { email: row.email } })) > 0;
  return { email: row.email, team: row.organization.name, known };
}

/** Makes a person owner of the first team, which is created when there is none yet. */
export async function ownFirstTeam(userId: string): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.organization.createMany({ data: [{ id: firstTeam, name: "Lab", slug: firstTeam }], skipDuplicates: true });
    await tx.member.upsert({
      where: { organizationId_userId: { organizationId: firstTeam, userId } },
      create: { id: randomUUID(), organizationId: firstTeam, userId, role: "owner" },
      update: { role: "owner" },
    });
  });
}

/** Whose a membership of this team is. */
export async function personOf(memberId: string, team: string): Promise<string | null> {
  return (await db().member.findFirst({ where: { id: memberId, organizationId: team }, select: { userId: true } }))?.userId ?? null;
}

/** Ends the sessions of a person who is in no team any more. */
export async function endSessionsOf(userId: string): Promise<void> {
  if ((await db().member.count({ where: { userId } })) === 0) await db().session.deleteMany({ where: { userId } });
}

/** A role that is not known, from a newer version for one, may only look. */
function roleOf(text: string | null): Role {
  return roles.find((role) => role === text) ?? "viewer";
}
