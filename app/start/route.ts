import { writeCookie } from "@/lib/access/cookies";
import { identify } from "@/lib/access/identify";
import { isTeamMode } from "@/lib/access/mode";
import { useOnce } from "@/lib/access/queries";
import { limits, takeOne } from "@/lib/access/rate-limit";
import { claimSeconds, makeToken, readToken, sessionCookieName, sessionSeconds } from "@/lib/access/tokens";
import { openRoute } from "@/lib/route";

export const dynamic = "force-dynamic";

/** The link that `npm start` prints: good once, exchanged for a cookie, and gone from the address by the redirect. */
export const GET = openRoute(async (request) => {
  const query = new URL(request.url).searchParams;
  const to = insideLab(query.get("to"));
  if (await identify(request.headers)) return goTo(to);
  takeOne("start", limits.guess);
  const key = process.env.PARETO_ACCESS_KEY ?? "";
  const nonce = key ? readToken(key, "start", query.get("token") ?? "") : null;
  if (nonce === null || !(await useOnce(nonce))) return goTo("/sign-in?link=used");
  // In a shared lab the link makes its holder, who sits at the machine, an owner: they say who they are first.
  if (isTeamMode()) return goTo("/join/owner", writeCookie(`${sessionCookieName(key)}_claim`, makeToken(key, "claim", claimSeconds), { path: "/join", seconds: claimSeconds }));
  return goTo(to, writeCookie(sessionCookieName(key), makeToken(key, "session", sessionSeconds), { path: "/", seconds: sessionSeconds }));
});

/** Only a path of this lab; anything else could lead the browser elsewhere. */
function insideLab(to: string | null): string {
  return to !== null && /^\/(?![/\\])[\w\-./?=&%,:]*$/.test(to) ? to : "/experiments";
}

function goTo(location: string, cookie?: string): Response {
  return new Response(null, { status: 303, headers: { location, "referrer-policy": "no-referrer", ...(cookie ? { "set-cookie": cookie } : {}) } });
}
