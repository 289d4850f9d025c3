import { NextResponse, type NextRequest } from "next/server";
import { allowedHosts, refuse } from "@/lib/request-guard";

/** Checks host and origin of every request, then gives pages a content security policy with a fresh nonce. */
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
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts from the policy on the request.
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

/** Styles may be inline because Plotly and the popups position by style attributes; scripts may not. */
function contentSecurityPolicy(nonce: string): string {
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
    "frame-ancestors 'none'",
  ].join("; ");
}

export const config = { matcher: ["/((?!_next/static/|_next/image|icon.svg).*)"] };
