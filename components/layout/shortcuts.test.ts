import { expect, test } from "vitest";
import { actionOf } from "./shortcuts";

const key = (name: string, at = 1000) => ({ key: name, at });

test("single keys act at once", () => {
  expect(actionOf(key("n"), null)).toEqual({ go: "/experiments/new" });
  expect(actionOf(key("/"), null)).toBe("filter");
  expect(actionOf(key("?"), null)).toBe("help");
  expect(actionOf(key("e"), null)).toBeNull();
});

test("g e goes to the experiments, but only in quick succession", () => {
  expect(actionOf(key("e", 1500), key("g", 1000))).toEqual({ go: "/experiments" });
  expect(actionOf(key("e", 5000), key("g", 1000))).toBeNull();
});

test("a key after g is the sequence's, not its own", () => {
  expect(actionOf(key("n", 1500), key("g", 1000))).toBeNull();
});
