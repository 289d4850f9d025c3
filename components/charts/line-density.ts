import type { Box } from "@/components/charts/draw-scatter";
import type { ParallelModel } from "@/components/charts/prepare-parallel";

/**
 * How many lines cross each pixel of the plot. Thousands of pale lines are the same picture as these counts, and unlike
 * painted lines they can be taken away again one by one: so a brush costs what it changes and not all that is drawn.
 */
export class LineDensity {
  readonly width: number;
  readonly height: number;
  /** Row by row, how the count changes from the pixel above; one row more than there are, for lines that end below. */
  readonly #steps: Int16Array;
  readonly #thickness: number;

  /** `ratio` pixels of the screen for one of the page. */
  constructor(box: Box, ratio: number) {
    this.width = Math.round(box.width * ratio);
    this.height = Math.round(box.height * ratio);
    this.#thickness = Math.max(1, Math.round(ratio));
    this.#steps = new Int16Array(this.width * (this.height + 1));
  }

  /** Adds a point's line, or with −1 takes it away. Lines are broken where an axis has no place for them. */
  add({ axes, heights }: ParallelModel, index: number, sign: 1 | -1): void {
    const count = axes.length;
    for (let k = 0; k + 1 < count; k++) {
      const from = heights[index * count + k] as number;
      const to = heights[index * count + k + 1] as number;
      // A difference is only a number where both are.
      if (Number.isFinite(to - from)) this.#addPart(Math.round((k / (count - 1)) * this.width), Math.round(((k + 1) / (count - 1)) * this.width), 1 - from, 1 - to, sign);
    }
  }

  #addPart(left: number, right: number, start: number, end: number, sign: number): void {
    const last = this.height - 1;
    const slope = ((end - start) * last) / (right - left);
    let y = start * last;
    for (let x = left; x < right; x++) {
      const next = y + slope;
      // All pixels between where the line enters the column and where it leaves it, so that steep lines have no holes.
      const top = Math.min(last, Math.max(0, Math.round(Math.min(y, next))));
      const bottom = Math.min(last, Math.max(top, Math.round(Math.max(y, next)) - 1)) + this.#thickness;
      this.#steps[top * this.width + x]! += sign;
      this.#steps[Math.min(bottom, this.height) * this.width + x]! -= sign;
      y = next;
    }
  }

  /** Lays the lines over an opaque picture of the plot's size. */
  paintOver(pixels: Int32Array, { rest, redBlue, green }: Ink): void {
    const { width, height } = this;
    const counts = new Int16Array(width);
    const most = rest.length - 1;
    for (let row = 0, at = 0; row < height; row++) {
      for (let x = 0; x < width; x++, at++) {
        const count = (counts[x]! += this.#steps[at]!);
        if (count <= 0) continue;
        const look = count < most ? count : most;
        const below = pixels[at]!;
        const share = rest[look]!;
        // Two channels at once, with eight bits between them for what multiplying adds.
        const outer = ((Math.imul(below & 0xff00ff, share) + redBlue[look]!) >>> 8) & 0xff00ff;
        const inner = ((Math.imul((below >>> 8) & 0xff, share) + green[look]!) >>> 8) & 0xff;
        pixels[at] = outer | (inner << 8) | opaque;
      }
    }
  }
}

const opaque = 0xff << 24;
const mostOnEachOther = 255;

/** By the count of lines on each other: what they let through, of 256, and what they add to the three channels. */
export interface Ink {
  rest: Int32Array;
  redBlue: Int32Array;
  green: Int32Array;
}

/** Lines of one colour, `#rrggbb`, each of which hides `alpha` of what is below it; `flat` ones hide no more together. */
export function inkOf(colour: string, alpha: number, flat = false): Ink {
  const [red, green, blue] = channelsOf(colour);
  const shares = Array.from({ length: mostOnEachOther + 1 }, (_, count) => Math.round(256 * (1 - (1 - alpha) ** (flat ? Math.min(1, count) : count))));
  return {
    rest: Int32Array.from(shares, (share) => 256 - share),
    redBlue: Int32Array.from(shares, (share) => Math.imul(red | (blue << 16), share)),
    green: Int32Array.from(shares, (share) => green * share),
  };
}

/** A picture of so many pixels with nothing on it, in the order of bytes that canvases have. */
export function groundOf(colour: string, size: number): Int32Array<ArrayBuffer> {
  const [red, green, blue] = channelsOf(colour);
  return new Int32Array(size).fill(red | (green << 8) | (blue << 16) | opaque);
}

function channelsOf(colour: string): [number, number, number] {
  return [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16)) as [number, number, number];
}
