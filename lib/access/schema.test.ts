import { expect, test } from "vitest";
import { may, permissions, type Permission } from "./schema";

test("viewers read, editors also work, owners may do everything", () => {
  const allowed = (role: "viewer" | "editor" | "owner") => (Object.keys(permissions) as Permission[]).filter((permission) => may(role, permission));
  expect(allowed("viewer")).toEqual(["lab:read"]);
  expect(allowed("editor")).toEqual(["lab:read", "experiment:edit", "catalog:edit", "share:edit"]);
  expect(allowed("owner")).toEqual(Object.keys(permissions));
});
