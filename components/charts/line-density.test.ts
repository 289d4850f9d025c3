import fc from "fast-check";
import { expect, test } from "vitest";
import { groundOf, inkOf, LineDensity } from "./line-density";
import type { ParallelModel } from "./prepare-parallel";

const box = { left: 0, top: 0, width: 40, height: 30 };
const model = (lines: number[][]): ParallelModel => ({ axes: [{}, {}, {}] as ParallelModel["axes"], heights: Float32Array.from(lines.flat()), withoutPlace: 0 });
/** The count of each pixel, which an ink that hides nothing writes into the green channel. */
function countsOf(density: LineDensity): number[] {
  const pixels = groundOf("#000000", density.width * density.height);
  const steps = Array.from({ length: 256 }, (_, count) => count);
  density.paintOver(pixels, { rest: Int32Array.from(steps, () => 256), redBlue: new Int32Array(256), green: Int32Array.from(steps, (count) => count << 8) });
  return [...pixels].map((pixel) => (pixel >>> 8) & 255);
}
const height = fc.double({ min: 0, max: 1, noNaN: true });
const linesArbitrary = fc.array(fc.tuple(height, height, height), { minLength: 1, maxLength: 12 });

test("what is taken away again leaves nothing behind, whatever the order", () => {
  fc.assert(
    fc.property(linesArbitrary, fc.boolean(), (lines, backwards) => {
      const drawn = model(lines);
      const [some, alone] = [new LineDensity(box, 1), new LineDensity(box, 1)];
      alone.add(drawn, 0, 1);
      lines.forEach((_, index) => some.add(drawn, index, 1));
      const rest = lines.map((_, index) => index).slice(1);
      for (const index of backwards ? rest.reverse() : rest) some.add(drawn, index, -1);
      expect(countsOf(some)).toEqual(countsOf(alone));
    }),
  );
});

test("a line is in every column once, without a hole, from one axis to the next", () => {
  fc.assert(
    fc.property(fc.tuple(height, height, height), (line) => {
      const density = new LineDensity(box, 1);
      density.add(model([line]), 0, 1);
      const counts = countsOf(density);
      let before: number[] = [];
      for (let x = 0; x < box.width; x++) {
        const rows = Array.from({ length: box.height }, (_, y) => y).filter((y) => counts[y * box.width + x] === 1);
        expect(rows.length).toBeGreaterThan(0);
        expect(rows).toEqual(Array.from({ length: rows.length }, (_, y) => (rows[0] as number) + y));
        if (before.length > 0) expect(Math.min(...rows) - Math.max(...before)).toBeLessThanOrEqual(1);
        before = rows;
      }
      expect(Math.abs((before[0] as number) - (1 - line[2]) * (box.height - 1))).toBeLessThan(3);
    }),
  );
});

test("a line is broken where an axis has no place for it", () => {
  const density = new LineDensity(box, 1);
  density.add(model([[0.5, 0.5, Number.NaN]]), 0, 1);
  const counts = countsOf(density);
  const columns = Array.from({ length: box.width }, (_, x) => counts.some((count, at) => at % box.width === x && count > 0));
  expect(columns.filter(Boolean)).toHaveLength(20);
  expect(columns[39]).toBe(false);
});

test("more lines hide more, flat ones do not, and colours lie over each other", () => {
  const density = new LineDensity(box, 1);
  const pixelAt = (pixels: Int32Array): number[] => [0, 8, 16, 24].map((shift) => ((pixels[15 * box.width] as number) >>> shift) & 255);
  const lines = model([[0.48, 0.48, 0.48]]);
  const painted = (...inks: Parameters<LineDensity["paintOver"]>[1][]): number[] => {
    const pixels = groundOf("#0000ff", density.width * density.height);
    for (const ink of inks) density.paintOver(pixels, ink);
    return pixelAt(pixels);
  };
  density.add(lines, 0, 1);
  expect(painted(inkOf("#ff0000", 0.5))).toEqual([127, 0, 127, 255]);
  expect(painted(inkOf("#ff0000", 0.5), inkOf("#00ff00", 0.5))).toEqual([63, 127, 63, 255]);
  density.add(lines, 0, 1);
  expect(painted(inkOf("#ff0000", 0.5))).toEqual([191, 0, 63, 255]);
  expect(painted(inkOf("#ff0000", 0.5, true))).toEqual([127, 0, 127, 255]);
});
