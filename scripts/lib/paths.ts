import { resolve } from "node:path";

/** npm runs scripts in the repository's folder; a relative path means the folder in which the person typed the command. */
export function fromCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}
