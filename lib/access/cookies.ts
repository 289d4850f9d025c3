/** The value of one cookie of a request. */
export function readCookie(headers: Headers, name: string): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [key = "", ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}

interface Options {
  path: string;
  seconds: number;
  /** "None" lets frames of other sites send it too. */
  sameSite?: "Strict" | "Lax" | "None";
}

/** A cookie that scripts cannot read and, unless it says otherwise, is not sent along from other sites. */
export function writeCookie(name: string, value: string, { path, seconds, sameSite = "Strict" }: Options): string {
  const secure = sameSite === "None" ? "; Secure; Partitioned" : process.env.PARETO_WEB_URL?.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure}`;
}
