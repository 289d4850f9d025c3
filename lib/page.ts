import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { authorise, recognise, requireOwn } from "@/lib/access/admit";
import type { Caller, Permission } from "@/lib/access/schema";
import { AppError } from "@/lib/errors";

interface Props {
  params: Promise<Record<string, string>>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

interface Guard {
  permission: Permission;
  /** The experiments that the address names; another team's are shown as if they did not exist. */
  experiment?: (params: Awaited<Props["params"]>, query: Awaited<Props["searchParams"]>) => string | readonly string[];
}

/**
 * Wraps a page, or its `generateMetadata`: whoever is not signed in is sent to do so, and who may not see it, or asks
 * for another team's experiment, sees what is shown for what does not exist.
 */
export function page<T>(guard: Guard, render: (props: Props, caller: Caller) => Promise<T>): (props: Props) => Promise<T> {
  return async (props) => {
    let caller: Caller;
    try {
      caller = await recognise(await headers());
      authorise(caller, guard.permission);
      if (guard.experiment) await requireOwn(caller, guard.experiment(await props.params, await props.searchParams));
    } catch (error) {
      if (error instanceof AppError && error.code === "unauthorized") redirect("/sign-in");
      if (error instanceof AppError && (error.code === "not_found" || error.code === "forbidden")) notFound();
      throw error;
    }
    return render(props, caller);
  };
}
