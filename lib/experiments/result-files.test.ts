import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listResultFiles, readResultFile } from "./result-files";

test("files are listed with size and checksum, and nothing but them is read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "results-"));
  const secret = join(tmpdir(), `secret-${process.pid}.txt`);
  await writeFile(secret, "secret");
  await mkdir(join(folder, "episode_001"));
  await writeFile(join(folder, "episode_001", "results.json"), "abc");
  await writeFile(join(folder, ".results.json.0a.tmp"), "half");
  await symlink(secret, join(folder, "link.json"));
  expect(await listResultFiles(folder)).toEqual([
    { path: "episode_001/results.json", bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", modifiedAt: expect.stringMatching(/^\d{4}-/) },
  ]);
  expect(String(await readResultFile(folder, "episode_001/results.json"))).toBe("abc");
  for (const path of ["link.json", ".results.json.0a.tmp", "../x", `episode_001/../../secret-${process.pid}.txt`, secret]) expect(await readResultFile(folder, path), path).toBeNull();
  expect(await listResultFiles(join(folder, "not-yet"))).toEqual([]);
  await rm(folder, { recursive: true });
  await rm(secret);
});
