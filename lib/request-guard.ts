/**
 * Which requests the app answers at all. It has no log-in of its own and listens on this machine, so any page open in
 * the same browser could reach it: by a host name that is re-bound to 127.0.0.1, or by a form posted from elsewhere.
 */

export interface GuardedRequest {
  method: string;
  path: string;
  host: string | null;
  origin: string | null;
  fetchSite: string | null;
}

export interface Refusal {
  message: string;
  remedy: string;
}

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);
const readingMethods = new Set(["GET", "HEAD", "OPTIONS"]);
/** These are called by other programs and carry a signature, which proves more than an origin does. */
const signedPaths = ["/api/inngest", "/api/runner/callback"];

/** Hosts beyond the loopback names: a comma-separated list of `name` or `name:port`, and the app's own address. */
export function allowedHosts(list: string | undefined, webUrl: string | undefined): string[] {
  const named = (list ?? "")
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  const own = webUrl && URL.canParse(webUrl) ? [new URL(webUrl).host] : [];
  return [...named, ...own];
}

/** Null when the request may pass, else what to tell the sender. */
export function refuse(request: GuardedRequest, allowed: readonly string[]): Refusal | null {
  const host = request.host?.toLowerCase() ?? "";
  if (!isAllowedHost(host, allowed)) {
    return {
      message: `This lab does not answer to the host name "${host}".`,
      remedy: "Open it as 127.0.0.1 or localhost, or add the name to PARETO_ALLOWED_HOSTS and start again.",
    };
  }
  if (readingMethods.has(request.method)) return null;
  if (signedPaths.some((path) => request.path === path || request.path.startsWith(`${path}/`))) return null;
  if (isForeignOrigin(request, host)) {
    return {
      message: "This request was sent by a page of another origin, so it was not carried out.",
      remedy: "Use the lab's own pages, or send the request without an Origin header from a program.",
    };
  }
  return null;
}

function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const name = hostName(host);
  return loopbackNames.has(name) || allowed.includes(host) || allowed.includes(name);
}

/** Browsers always say where a write comes from; a program such as curl says nothing and has no cookies to abuse. */
function isForeignOrigin(request: GuardedRequest, host: string): boolean {
  if (request.origin === null) return request.fetchSite === "cross-site" || request.fetchSite === "same-site";
  return !URL.canParse(request.origin) || new URL(request.origin).host !== withoutDefaultPort(host, request.origin);
}

function withoutDefaultPort(host: string, origin: string): string {
  return host.replace(origin.startsWith("https:") ? /:443$/ : /:80$/, "");
}

function hostName(host: string): string {
  return host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : (host.split(":")[0] ?? "");
}
