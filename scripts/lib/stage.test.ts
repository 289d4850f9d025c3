import { expect, test } from "vitest";
import { counted, readJUnit } from "./stage";

test("pytest's report is counted, skipped tests apart", () => {
  const xml = `<testsuites name="x"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.2"></testsuite></testsuites>`;
  expect(readJUnit(xml)).toEqual({ passed: 4, failed: 3 });
});

test("a tool that failed without naming a failed test is one failure", () => {
  expect(counted({ code: 1, output: "" }, () => ({ passed: 5, failed: 0 }))).toMatchObject({ passed: 5, failed: 1 });
  expect(counted({ code: 0, output: "" }, () => ({ passed: 0, failed: 0 }))).toMatchObject({ failed: 1 });
  expect(counted({ code: 1, output: "" }, () => ({ passed: 5, failed: 2 }))).toMatchObject({ passed: 5, failed: 2 });
  expect(counted({ code: 0, output: "" }, () => JSON.parse("{"))).toMatchObject({ passed: 0, failed: 1 });
});
