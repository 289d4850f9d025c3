import { NextResponse, type NextRequest } from "next/server";
import { looksSignedIn } from "@/lib/access/session-cookie";
import { allowedHosts, refuse } from "@/lib/request-guard";

/**
 * Checks host and origin of every request, sends strangers to sign in, and gives pages a content security policy with a
 * fresh nonce. Whether a caller may see or do a thing is decided by the wrappers of pages, actions and routes.
 */
export function proxy(request: NextRequest): NextResponse {
  const path = request.nextUrl.pathname;
  const refusal = refuse(
    {
      method: request.method,
      path,
      host: request.headers.get("host"),
      origin: request.headers.get("origin"),
      fetchSite: request.headers.get("sec-fetch-site"),
    },
    allowedHosts(process.env.PARETO_ALLOWED_HOSTS, process.env.PARETO_WEB_URL),
  );
  if (refusal) {
    const error = { code: "forbidden", ...refusal, retryable: false };
    return NextResponse.json({ error, requestId: crypto.randomUUID() }, { status: 403 });
  }
  if (path.startsWith("/api/")) {
    const response = NextResponse.next();
    response.headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    return response;
  }
  if (isReading(request.method) && !isForStrangers(path) && !looksSignedIn(request.headers)) return sendToSignIn(request);
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce, isEmbedded(request));
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts from the policy on the request.
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

const isReading = (method: string): boolean => method === "GET" || method === "HEAD";

/** Pages and links that work without a session. */
function isForStrangers(path: string): boolean {
  return /^\/(start|sign-in|join|share)(\/|$)/.test(path);
}

/**
 * The session's cookie is not sent when a link on another site leads here, so the browser is first asked to come again
 * from here.
 */
function sendToSignIn(request: NextRequest): NextResponse {
  const site = request.headers.get("sec-fetch-site");
  if (site !== "cross-site" && site !== "same-site") return NextResponse.redirect(new URL("/sign-in", originOf(request)), 303);
  return new NextResponse('<!doctype html><meta http-equiv="refresh" content="0"><title>Pareto Lab</title>', {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "content-security-policy": "default-src 'none'" },
  });
}

/** As the browser sees it: the server itself only knows the address that it listens on. */
function originOf(request: NextRequest): string {
  return `${request.headers.get("x-forwarded-proto") ?? "http"}://${request.headers.get("host")}`;
}

/** Other sites may frame a shared page alone, and only by a link that was made for it: the cookie says so. */
function isEmbedded(request: NextRequest): boolean {
  return request.nextUrl.pathname.startsWith("/share/") && request.nextUrl.searchParams.has("embed") && request.cookies.has("pareto_embed");
}

/** Styles may be inline because Plotly and the popups position by style attributes; scripts may not. */
function contentSecurityPolicy(nonce: string, embedded: boolean): string {
  // React's development build re-creates server stack traces by eval; the production build does not.
  const evalInDevelopment = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evalInDevelopment}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${embedded ? "http: https:" : "'none'"}`,
  ].join("; ");
}

export const config = { matcher: ["/((?!_next/static/|_next/image|icon.svg).*)"] };
