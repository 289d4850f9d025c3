import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBytes, formatDelta, formatFigure, formatInterval, formatNumber, formatQuantity, formatSeconds, formatSigned, scaleFor } from "./format";

describe("numbers", () => {
  it.each([
    [0, "0"],
    [1, "1.00"],
    [0.7412, "0.741"],
    [12.345, "12.3"],
    [123.4, "123"],
    [1234.5, "1,235"],
    [9.999, "10.0"],
    [0.00012345, "0.000123"],
    [-0.5, "\u22120.500"],
    [1_234_567, "1,234,567"],
    [Number.NaN, "n/a"],
    [Number.POSITIVE_INFINITY, "n/a"],
  ])("%d is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it("keeps three figures' worth of the value", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
        const read = Number(formatNumber(value).replaceAll(",", ""));
        expect(Math.abs(read - value) / value).toBeLessThanOrEqual(0.00501);
      }),
    );
  });
});

describe("figures", () => {
  it("shows the interval with the value's own digits", () => {
    expect(formatInterval({ value: 0.7412, low: 0.72, high: 0.762 })).toBe("0.741 ± 0.021");
    expect(formatInterval({ value: 0.7412, low: 0.7411, high: 0.7413 })).toBe("0.741 ± 0.0001");
    expect(formatInterval({ value: 2, low: 2, high: 2 })).toBe("2.00");
  });

  it("says the unit once and picks a readable one", () => {
    expect(formatFigure("model_size_gb", { value: 0.0105, low: 0.0105, high: 0.0105 })).toBe("10.5 MB");
    expect(formatFigure("latency_ms", { value: 1.5, low: 1.4, high: 1.6 })).toBe("1.50 ± 0.10 ms/token");
    expect(formatQuantity("accuracy", 0.75)).toBe("0.750");
    expect(formatQuantity("co2_grams", 0.002)).toBe("2.00 mg/1k tokens");
    expect(formatQuantity("memory_gb", 0.05, scaleFor("memory_gb", 14))).toBe("0.0500 GB");
  });
});

describe("deltas", () => {
  it("are signed; accuracy in points, costs in per cent", () => {
    expect(formatDelta("accuracy", 0.72, 0.741)).toBe("\u22122.1 points");
    expect(formatDelta("model_size_gb", 5, 10)).toBe("\u221250.0 %");
    expect(formatDelta("latency_ms", 3, 2)).toBe("+50.0 %");
    expect(formatDelta("latency_ms", 2, 2)).toBe("±0 %");
    expect(formatDelta("latency_ms", 3, 0)).toBe("n/a");
    expect(formatSigned(1234)).toBe("+1,234");
    expect(formatSigned(0.01)).toBe("±0");
  });
});

describe("seconds", () => {
  it.each([
    [0.85, "850 ms"],
    [4.23, "4.2 s"],
    [42, "42 s"],
    [60, "1 min"],
    [200, "3 min 20 s"],
    [4320, "1 h 12 min"],
    [-1, "n/a"],
  ])("%d is %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

it("writes bytes in powers of a thousand", () => {
  expect([0, 5, 148, 1661, 1_799_680, 3e9].map(formatBytes)).toEqual(["0 B", "5 B", "148 B", "1.66 kB", "1.80 MB", "3.00 GB"]);
});
