"use client";

import { Menu } from "@base-ui/react/menu";
import { Download } from "lucide-react";
import Link from "next/link";
import { MlflowItem } from "@/components/experiments/view/mlflow-item";
import { Button } from "@/components/ui/button";
import { exportFormats, formatWords } from "@/lib/experiments/exports/schema";

const itemClass = "flex h-8 items-center rounded-sm px-2 text-sm outline-none select-none data-highlighted:bg-hover";

/** The experiment as a file, as a page to print, or as the API gives it. */
export function ExportMenu({ id }: { id: string }) {
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button />}>
        <Download size={14} aria-hidden /> Export
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50">
          <Menu.Popup className="popup min-w-56 p-1 outline-none">
            <Menu.LinkItem render={<Link href={`/experiments/${id}/report`} />} className={itemClass}>
              Report to print or save as PDF
            </Menu.LinkItem>
            {exportFormats.map((format) => (
              <Menu.LinkItem key={format} href={`/api/v1/experiments/${id}/export?format=${format}`} download className={itemClass}>
                {formatWords[format]}
              </Menu.LinkItem>
            ))}
            <Menu.LinkItem href={`/api/v1/experiments/${id}`} className={itemClass}>
              As the API gives it
            </Menu.LinkItem>
            <MlflowItem id={id} className={itemClass} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
