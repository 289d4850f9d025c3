/** Secrets must neither be sent to a provider nor stored with a call, though servers repeat keys in their errors. */

const secretName = /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)(_\d+)?$/i;
/** Shorter ones would take ordinary words along, e.g. the key "none" of a local server. */
const shortestSecret = 6;

/** What keys of well-known services look like, for those that are not in the environment of this process. */
const shapes = [
  /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g,
  /\b(?:hf|ghp|gho|github_pat|xox[abp])[_-][A-Za-z0-9_-]{16,}/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
  /\bBearer\s+[A-Za-z0-9._~+/=-]{12,}/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

export type Redact = (text: string) => string;

/** Removes every secret of the environment from a text, and whatever looks like a key. */
export function makeRedactor(environment: NodeJS.ProcessEnv = process.env): Redact {
  const values = Object.entries(environment).flatMap(([name, value]) => {
    if (!value) return [];
    const inUrl = [...value.matchAll(/:\/\/[^/\s:@]*:([^/\s@]+)@/g)].map((match) => match[1] as string);
    return secretName.test(name) ? [value.trim(), ...inUrl] : inUrl;
  });
  const forms = values.filter((value) => value.length >= shortestSecret).flatMap((value) => [value, encodeURIComponent(value), decoded(value), JSON.stringify(value).slice(1, -1)]);
  const known = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, "[removed]");
    for (const shape of shapes) clean = clean.replace(shape, "[removed]");
    return clean;
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The same value with every string in it redacted; what is not plain data (binary content, dates) is left as it is. */
export function redactDeep<T>(value: T, redact: Redact): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((each) => redactDeep(each as unknown, redact)) as T;
  if (typeof value !== "object" || value === null || ![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactDeep(each as unknown, redact)])) as T;
}
