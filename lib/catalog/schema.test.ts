import { describe, expect, it } from "vitest";
import { benchmarkUploadSchema, uploadOf } from "./schema";

describe("an uploaded benchmark", () => {
  it("takes its name and format from the file", () => {
    expect(uploadOf("My Set-2.jsonl", "{}")).toEqual({ name: "my_set_2", format: "jsonl", content: "{}" });
    expect(uploadOf("3_facts.yml", "a")).toEqual({ name: "facts", format: "yaml", content: "a" });
  });

  it("says what is wrong with a file before it is sent", () => {
    const parsed = benchmarkUploadSchema.safeParse(uploadOf("notes.txt", ""));
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual(["The file must end in .jsonl, .yaml or .yml.", "The file is empty."]);
  });
});
