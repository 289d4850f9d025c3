import { expect, test } from "vitest";
import { toJson } from "./database";

test("lone surrogates become U+FFFD, pairs and escaped backslashes stay", () => {
  const value = { cut: "a\ud83d", pair: "😀", text: "\\ud83d", both: "\\\ud83d", nothing: undefined };
  expect(JSON.parse(toJson(value))).toEqual({ cut: "a\ufffd", pair: "😀", text: "\\ud83d", both: "\\\ufffd" });
  expect(toJson(undefined)).toBe("null");
});
