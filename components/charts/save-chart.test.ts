import { expect, test } from "vitest";
import { solution } from "@/components/testing/solutions";
import { solutionsCsv } from "./save-chart";

test("a header and one line per solution, quoted where needed, formulas disarmed", () => {
  const lines = solutionsCsv([solution(0, {}), solution(1, {}, { label: 'a, "b"' }), solution(2, {}, { label: "=1+1" })]).split("\r\n");
  expect(lines[0]).toMatch(/^number,label,method,baseline,on_front,feasible,accuracy,accuracy_low,accuracy_high,latency_ms/);
  expect(lines[1]).toMatch(/^0,solution 0,gptq,true,false,true,0.5,0.48,0.52,2,/);
  expect(lines[2]).toContain('1,"a, ""b""",gptq');
  expect(lines[3]).toContain("2,'=1+1,gptq");
  expect(lines).toHaveLength(5);
});
