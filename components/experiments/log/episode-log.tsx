"use client";

import { LogView } from "@/components/experiments/log/log-view";
import { logLevels } from "@/components/experiments/view/view-state";
import { Panel } from "@/components/ui/panel";
import { useAddress } from "@/components/use-address";

/** The log of one episode, on a page of its own. */
export function EpisodeLog({ experimentId, episode }: { experimentId: string; episode: number }) {
  const [level, setLevel] = useAddress("level");
  const [text, setText] = useAddress("find");
  return (
    <Panel title="Log" id="log">
      <LogView
        key={episode}
        experimentId={experimentId}
        episode={episode}
        filter={{ level: logLevels.find((each) => each === level) ?? "all", text }}
        onFilter={(change) => {
          if (change.level !== undefined) setLevel(change.level === "all" ? "" : change.level);
          if (change.text !== undefined) setText(change.text);
        }}
        className="max-h-[60vh]"
      />
    </Panel>
  );
}
