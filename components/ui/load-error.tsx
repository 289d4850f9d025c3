import { ApiError } from "@/components/api";

/** Why a part of a page could not be read, and what to do. */
export function LoadError({ error }: { error: Error }) {
  const api = error instanceof ApiError;
  return (
    <p role="alert" className="p-3 text-bad">
      {api ? error.message : "The web server did not answer."} <span className="text-ink-2">{api ? error.remedy : "It is asked again when the page is looked at again."}</span>
    </p>
  );
}
