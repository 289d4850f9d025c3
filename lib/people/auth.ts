import { createHash } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { nextCookies } from "better-auth/next-js";
import { organization } from "better-auth/plugins";
import { createAccessControl } from "better-auth/plugins/access";
import { memberAc, ownerAc, defaultStatements } from "better-auth/plugins/organization/access";
import { sessionCookieName } from "@/lib/access/tokens";
import { AppError } from "@/lib/errors";
import { accountStore } from "./queries";

function build() {
  const key = process.env.PARETO_ACCESS_KEY;
  if (!key) throw new Error("PARETO_ACCESS_KEY is not set: start the app by `npm start`, which sets it.");
  const baseURL = process.env.PARETO_WEB_URL ?? "http://127.0.0.1:3000";
  return betterAuth({
    baseURL,
    secret: createHash("sha256").update(`accounts:${key}`).digest("hex"),
    telemetry: { enabled: false },
    database: accountStore(),
    // There is no route of better-auth's own: it is only called by our actions, which check who may.
    emailAndPassword: { enabled: true, minPasswordLength: 12, maxPasswordLength: 200, password: { hash: (password) => hash(password), verify: ({ hash: stored, password }) => verify(stored, password) } },
    session: { expiresIn: 30 * 86_400, updateAge: 86_400 },
    advanced: { cookiePrefix: sessionCookieName(key), defaultCookieAttributes: { sameSite: "strict", httpOnly: true }, useSecureCookies: baseURL.startsWith("https:") },
    plugins: [
      organization({
        ac: createAccessControl(defaultStatements),
        roles: { owner: ownerAc, editor: memberAc, viewer: memberAc },
        creatorRole: "owner",
        invitationExpiresIn: 7 * 86_400,
        cancelPendingInvitationsOnReInvite: true,
        // No mail is sent: the owner hands the link over, which proves as much.
        requireEmailVerificationOnInvitation: false,
      }),
      nextCookies(),
    ],
  });
}

const holder = globalThis as unknown as { paretoAuth?: ReturnType<typeof build> };

/** Accounts and sessions of a shared lab. */
export function auth(): ReturnType<typeof build> {
  return (holder.paretoAuth ??= build());
}

/** Runs a call of better-auth; what it refuses becomes an error of the lab. */
export async function withAuth<T>(call: (api: ReturnType<typeof build>["api"]) => Promise<T>): Promise<T> {
  try {
    return await call(auth().api);
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
    const code = error.statusCode === 401 ? "unauthorized" : error.statusCode === 403 ? "forbidden" : error.statusCode === 404 ? "not_found" : "invalid_input";
    throw new AppError(code, error.message.replace(/\.?$/, "."), { remedy: "Correct it and try again.", cause: error });
  }
}
