import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const maxBytes = 10 * 1024 * 1024;
const kept = 3;

/** A log that is renamed to .1, .2, … when it has grown to 10 MB, so that a long run cannot fill the disk. */
export class LogFile {
  #handle: number;
  #bytes: number;

  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#handle = openSync(path, "a");
    this.#bytes = fstatSync(this.#handle).size;
  }

  write(chunk: Buffer | string): void {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    if (this.#bytes + bytes.length > maxBytes && this.#bytes > 0) this.#rotate();
    writeSync(this.#handle, bytes);
    this.#bytes += bytes.length;
  }

  close(): void {
    closeSync(this.#handle);
  }

  #rotate(): void {
    closeSync(this.#handle);
    rmSync(`${this.path}.${kept}`, { force: true });
    for (let number = kept - 1; number >= 0; number -= 1) {
      const from = number === 0 ? this.path : `${this.path}.${number}`;
      try {
        renameSync(from, `${this.path}.${number + 1}`);
      } catch {
        // There are fewer old ones than may be kept.
      }
    }
    this.#handle = openSync(this.path, "a");
    this.#bytes = 0;
  }
}

/** The last lines of a log, indented for the terminal. */
export function tailOf(path: string, count: number): string {
  try {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    return lines.slice(-count).map((line) => `  | ${line}`).join("\n");
  } catch {
    return "";
  }
}
