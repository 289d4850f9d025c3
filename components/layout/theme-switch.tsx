"use client";

import { Menu } from "@base-ui/react/menu";
import { Check, Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";
import { IconButton } from "@/components/ui/button";

const choices = [
  { value: "system", label: "System", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

const never = (): (() => void) => () => {};

export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  // The server does not know the reader's choice, so the first paint shows the neutral icon.
  const mounted = useSyncExternalStore(never, () => true, () => false);
  const current = choices.find((choice) => choice.value === theme) ?? choices[0];
  const Icon = mounted ? current.icon : Monitor;
  return (
    <Menu.Root>
      <Menu.Trigger render={<IconButton label={mounted ? `Theme: ${current.label}` : "Theme"} />}>
        <Icon size={16} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50">
          <Menu.Popup className="popup min-w-36 p-1 outline-none">
            <Menu.RadioGroup value={theme} onValueChange={(value) => setTheme(String(value))}>
              {choices.map(({ value, label, icon: ItemIcon }) => (
                <Menu.RadioItem
                  key={value}
                  value={value}
                  closeOnClick
                  className="flex h-8 items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-highlighted:bg-hover"
                >
                  <ItemIcon size={14} aria-hidden className="text-ink-3" />
                  {label}
                  <Menu.RadioItemIndicator className="ml-auto">
                    <Check size={14} aria-hidden />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
