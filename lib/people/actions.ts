"use server";

import { headers } from "next/headers";
import { readCookie } from "@/lib/access/cookies";
import { useOnce } from "@/lib/access/queries";
import { readToken, sessionCookieName } from "@/lib/access/tokens";
import { action, openAction } from "@/lib/action";
import { AppError } from "@/lib/errors";
import { withAuth } from "./auth";
import { endSessionsOf, findInvitation, ownFirstTeam, personOf } from "./queries";
import { asCookies, record } from "./record";
import { claimSchema, idSchema, inviteSchema, joinSchema, roleSchema, signInSchema, teamSchema } from "./schema";

export const signIn = openAction(({ email }) => email, signInSchema, async (input) => {
  const { user } = await withAuth(async (api) => api.signInEmail({ body: input, headers: await headers() }));
  await record(user, "session.start");
  return {};
});

export const signOut = openAction(() => "sign-out", idSchema.partial(), async () => {
  await withAuth(async (api) => api.signOut({ headers: await headers() }));
  return {};
});

/** Accepts an invitation, which is the only way to an account but the link of the terminal. */
export const joinTeam = openAction(({ invitation }) => invitation, joinSchema, async ({ invitation, name, password }) => {
  const found = await findInvitation(invitation);
  if (!found) throw new AppError("not_found", "This invitation does not exist any more.", { remedy: "Ask for a new one; each is good for a week." });
  const account = { email: found.email, password };
  // Who has an account already shows that it is theirs by its password.
  const signed = await withAuth(async (api) => (found.known ? api.signInEmail({ body: account, returnHeaders: true }) : api.signUpEmail({ body: { ...account, name }, returnHeaders: true })));
  await withAuth(async (api) => api.acceptInvitation({ body: { invitationId: invitation }, headers: asCookies(signed.headers) }));
  await record(signed.response.user, "team.join");
  return {};
});

/** Makes the holder of the terminal's link an owner of the first team. */
export const claimOwnership = openAction(() => "claim", claimSchema, async (input) => {
  const key = process.env.PARETO_ACCESS_KEY ?? "";
  const claim = readToken(key, "claim", readCookie(await headers(), `${sessionCookieName(key)}_claim`) ?? "");
  if (!key || claim === null) throw new AppError("unauthorized", "The link of the terminal has expired.", { remedy: "Print a new one with `npm run lab -- link`." });
  const { user } = await withAuth(async (api) => api.signUpEmail({ body: input }));
  if (!(await useOnce(claim))) throw new AppError("conflict", "The link of the terminal was used before.", { remedy: "Print a new one with `npm run lab -- link`." });
  await ownFirstTeam(user.id);
  await record(user, "team.own");
  return {};
});

export const invitePerson = action({ name: "person.invite", permission: "people:edit" }, inviteSchema, async ({ email, role }, { team }) => {
  const { id } = await withAuth(async (api) => api.createInvitation({ body: { email, role, organizationId: team }, headers: await headers() }));
  return { id };
});

export const cancelInvitation = action({ name: "person.invitation.cancel", permission: "people:edit" }, idSchema, async ({ id }) => {
  await withAuth(async (api) => api.cancelInvitation({ body: { invitationId: id }, headers: await headers() }));
  return { id };
});

export const changeRole = action({ name: "person.role", permission: "people:edit" }, roleSchema, async ({ id, role }, { team }) => {
  await withAuth(async (api) => api.updateMemberRole({ body: { memberId: id, role, organizationId: team }, headers: await headers() }));
  return { id };
});

export const removePerson = action({ name: "person.remove", permission: "people:edit" }, idSchema, async ({ id }, { team }) => {
  const userId = await personOf(id, team);
  await withAuth(async (api) => api.removeMember({ body: { memberIdOrEmail: id, organizationId: team }, headers: await headers() }));
  if (userId) await endSessionsOf(userId);
  return { id };
});

export const createTeam = action({ name: "team.create", permission: "people:edit" }, teamSchema, async ({ name }) => {
  const slug = crypto.randomUUID();
  const made = await withAuth(async (api) => api.createOrganization({ body: { name, slug }, headers: await headers() }));
  return { id: made.id };
});

/** Only the own session changes, so every role may. */
export const switchTeam = action({ name: "team.switch", permission: "lab:read" }, idSchema, async ({ id }) => {
  await withAuth(async (api) => api.setActiveOrganization({ body: { organizationId: id }, headers: await headers() }));
  return { id };
});
