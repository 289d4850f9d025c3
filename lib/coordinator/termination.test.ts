import { describe, expect, it } from "vitest";
import { countWithoutImprovement } from "./context";
import { patienceEpisodes, terminationOf, type TerminationState } from "./termination";

const going: TerminationState = {
  episodesEnded: 3,
  maxEpisodes: 10,
  hoursUsed: 1,
  budgetHours: 4,
  episodesWithoutImprovement: 1,
  stopRequested: false,
  carbonGrams: 3,
  hypervolume: 0.02,
  limits: { carbonGrams: 5, targetHypervolume: 0.1 },
};

describe("termination", () => {
  it("goes on while there is budget", () => expect(terminationOf(going)).toBeNull());

  it.each([
    [{ episodesEnded: 10 }, "max_episodes"],
    [{ hoursUsed: 4 }, "budget_hours"],
    [{ episodesWithoutImprovement: patienceEpisodes }, "no_improvement"],
    [{ stopRequested: true }, "stopped"],
    [{ carbonGrams: 5 }, "carbon_budget"],
    [{ hypervolume: 0.1 }, "target_reached"],
    [{ stopRequested: true, episodesEnded: 10, hypervolume: 1 }, "stopped"],
    [{ episodesEnded: 10, hypervolume: 1 }, "target_reached"],
  ] as const)("%o ends as %s", (change, reason) => expect(terminationOf({ ...going, ...change })).toBe(reason));

  it("has no end of CO2 or hypervolume where none was set", () =>
    expect(terminationOf({ ...going, carbonGrams: 1e6, hypervolume: 1, limits: { carbonGrams: null, targetHypervolume: null } })).toBeNull());

  it("is patient for exactly five episodes", () => {
    expect(terminationOf({ ...going, episodesWithoutImprovement: 4 })).toBeNull();
    expect(countWithoutImprovement([])).toBe(0);
    expect(countWithoutImprovement([true, false, false])).toBe(2);
    expect(countWithoutImprovement([false, false, false])).toBe(3);
    expect(countWithoutImprovement([false, true])).toBe(0);
  });
});
