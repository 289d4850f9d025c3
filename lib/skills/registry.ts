/** What the runner lists: usable here, or not, with the reason and what would make it so. */
export interface Listed {
  name: string;
  availability: { available: boolean; reason?: string; remedy?: string };
}

/** What cannot be used here, why, and what it needs, as language models are told it. */
export function missingHere(listed: readonly Listed[]): { name: string; why: string; needs: string }[] {
  return listed.filter(({ availability }) => !availability.available).map(({ name, availability }) => ({ name, why: availability.reason ?? "", needs: availability.remedy ?? "" }));
}
