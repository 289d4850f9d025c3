import { limits, takeOne } from "@/lib/access/rate-limit";
import { openRoute } from "@/lib/route";
import { exchangeToken } from "@/lib/sharing/share";

export const dynamic = "force-dynamic";

/** `/share/TOKEN` ends here: the token is exchanged for a cookie that is good for this link alone, and leaves the address. */
export const GET = openRoute<{ token: string }>(async (request, { token }) => {
  takeOne("share", limits.read);
  const host = request.headers.get("host") ?? "";
  const secure = process.env.PARETO_WEB_URL?.startsWith("https:") === true || /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(host);
  const opened = await exchangeToken(token, secure);
  const embed = new URL(request.url).searchParams.has("embed");
  // What does not exist any more is shown by the page that says so for every link.
  if (!opened) return new Response(null, { status: 303, headers: { location: "/share/none" } });
  const location = embed ? `${opened.location}${opened.location.includes("?") ? "&" : "?"}embed=1` : opened.location;
  return new Response(null, { status: 303, headers: { location, "set-cookie": opened.cookie } });
});
