/** Reasons come as fragments; beside each other they read as sentences. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const started = trimmed[0]?.toUpperCase() + trimmed.slice(1);
  return /[.!?:]$/.test(started) ? started : `${started}.`;
}
