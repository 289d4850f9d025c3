/** What a link to the list keeps. */
export interface ListView {
  q: string;
  /** States separated by commas; empty shows all. */
  status: string;
  cursor: string;
}

export function listHref(view: ListView): string {
  const search = searchOf(view);
  return search ? `/experiments?${search}` : "/experiments";
}

/** The query of an address or of the API, without what is empty. */
export function searchOf(view: Partial<ListView>): string {
  const search = new URLSearchParams(Object.entries(view).filter(([, value]) => value));
  return search.toString().replaceAll("%2C", ",");
}
