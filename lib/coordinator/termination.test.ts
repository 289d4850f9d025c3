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
  coordinatorEnded: false,
};

describe("termination", () => {
  it("goes on while there is budget", () => expect(terminationOf(going)).toBeNull());

  it.each([
    [{ episodesEnded: 10 }, "max_episodes"],
    [{ hoursUsed: 4 }, "budget_hours"],
    [{ episodesWithoutImprovement: patienceEpisodes }, "no_improvement"],
    [{ stopRequested: true }, "stopped"],
    [{ coordinatorEnded: true }, "coordinator_end"],
    [{ stopRequested: true, episodesEnded: 10, coordinatorEnded: true }, "stopped"],
  ] as const)("%o ends as %s", (change, reason) => expect(terminationOf({ ...going, ...change })).toBe(reason));

  it("is patient for exactly five episodes", () => {
    expect(terminationOf({ ...going, episodesWithoutImprovement: 4 })).toBeNull();
    expect(countWithoutImprovement([])).toBe(0);
    expect(countWithoutImprovement([true, false, false])).toBe(2);
    expect(countWithoutImprovement([false, false, false])).toBe(3);
    expect(countWithoutImprovement([false, true])).toBe(0);
  });
});
