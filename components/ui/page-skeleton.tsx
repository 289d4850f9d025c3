import { clsx } from "clsx";
import { Skeleton } from "@/components/ui/panel";

interface Props {
  /** What is being read; said to those who do not see the shapes. */
  label: string;
  /** Heights of the rows above, the heading first unless told otherwise. */
  rows?: readonly string[];
  /** Heights of what stands side by side below, one list a column. */
  columns?: readonly (readonly string[])[];
  /** How the columns share the width. */
  split?: string;
}

/** The shape of a page that is being read, in its final heights. */
export function PageSkeleton({ label, rows = ["h-6 w-56"], columns = [], split = "xl:grid-cols-2" }: Props) {
  return (
    <div role="status" aria-label={label} className="grid grid-cols-1 gap-4">
      {rows.map((height, index) => (
        <Skeleton key={index} className={clsx("max-w-full", height)} />
      ))}
      {columns.length > 0 ? (
        <div className={clsx("grid grid-cols-1 gap-4", split)}>
          {columns.map((heights, column) => (
            <div key={column} className="grid content-start gap-4">
              {heights.map((height, index) => (
                <Skeleton key={index} className={height} />
              ))}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
