import { expect, test } from "vitest";
import { takeOne } from "./rate-limit";

const limit = { burst: 2, perMinute: 60 };

test("a bucket empties, says how long to wait, and fills again", () => {
  takeOne("a", limit, 0);
  takeOne("a", limit, 0);
  expect(() => takeOne("a", limit, 0)).toThrow("Too many requests");
  takeOne("a", limit, 1_000);
  expect(() => takeOne("a", limit, 1_000)).toThrow("Too many requests");
});

test("one caller's bucket is not another's", () => {
  takeOne("b", limit, 0);
  takeOne("b", limit, 0);
  takeOne("c", limit, 0);
});
