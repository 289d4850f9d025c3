import { expect, test } from "vitest";
import { filterLines, logNote, logText } from "./prepare-log";

const line = (level: string, message: string) => ({ at: "2026-11-21T10:00:00Z", level, stage: "load", message });
const lines = [line("state", "running"), line("output", "100%"), line("warning", "No race"), line("error", "failed: It broke.")];
const shown = (level: "all" | "messages" | "warnings", text = "") => filterLines(lines, { level, text }).map(({ message }) => message);

test("levels leave out what is less than them, and text is found in step and message", () => {
  expect(shown("all")).toHaveLength(4);
  expect(shown("messages")).toEqual(["running", "No race", "failed: It broke."]);
  expect(shown("warnings")).toEqual(["No race", "failed: It broke."]);
  expect(shown("all", " RACE")).toEqual(["No race"]);
  expect(shown("all", "load")).toHaveLength(4);
  expect(logText(lines).split("\n")).toHaveLength(5);
});

test("an empty log says why it is empty", () => {
  const some = { lines: 3, shown: 3, kept: true, ended: true };
  expect(logNote(some)).toBeNull();
  expect(logNote({ ...some, shown: 0 })).toMatch(/filters/);
  expect(logNote({ ...some, lines: 0, shown: 0, ended: false })).toMatch(/yet/);
  expect(logNote({ ...some, lines: 0, shown: 0 })).toMatch(/no job was run/);
  expect(logNote({ ...some, lines: 0, shown: 0, kept: false })).toMatch(/removed/);
});
