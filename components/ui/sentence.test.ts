import { expect, test } from "vitest";
import { sentence } from "./sentence";

test.each([
  ["its data is missing", "Its data is missing."],
  [" Done. ", "Done."],
  ["", ""],
])("%j reads %j", (text, read) => expect(sentence(text)).toBe(read));
