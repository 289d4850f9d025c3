"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactElement } from "react";
import { buttonClass } from "@/components/ui/button";

interface Props {
  trigger: ReactElement;
  title: string;
  text: string;
  action: string;
  onConfirm: () => void;
}

export function ConfirmDialog({ trigger, title, text, action, onConfirm }: Props) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={trigger} />
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-[#000]/40" />
        <AlertDialog.Popup className="popup fixed top-1/3 left-1/2 z-50 flex w-100 max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col gap-4 p-4">
          <div className="flex flex-col gap-1">
            <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description className="text-sm text-ink-2">{text}</AlertDialog.Description>
          </div>
          <div className="flex justify-end gap-2">
            <AlertDialog.Close className={buttonClass("plain")}>Cancel</AlertDialog.Close>
            <AlertDialog.Close className={buttonClass("danger")} onClick={onConfirm}>
              {action}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
