/** A shared lab has accounts; without this, whoever sits at this machine is its owner. */
export function isTeamMode(): boolean {
  return process.env.PARETO_MODE === "team";
}
