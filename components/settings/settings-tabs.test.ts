import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { SettingsTabs } from "./settings-tabs";

test("only who may read the audit is led to it", () => {
  const shown = (role: "viewer" | "editor" | "owner"): boolean => renderToStaticMarkup(createElement(SettingsTabs, { current: "checks", role })).includes("/settings/audit");
  expect([shown("viewer"), shown("editor"), shown("owner")]).toEqual([false, false, true]);
});
