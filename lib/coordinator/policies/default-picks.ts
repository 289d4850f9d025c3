import type { ModelSpec, Recipe } from "@/lib/experiments/schema";
import { bitsName, ffnName, groupName, headsName, layersName, shareName } from "../param-names";
import type { Space, Wish } from "../space";

/**
 * What the search policy tries first, in this order: one recipe of each kind, so that a handful of episodes spans the
 * trade-offs (nothing lost, really faster, much smaller, honestly useless, combined) before any figure is extrapolated.
 */

interface Part {
  /** The first of these that is available is taken. */
  methods: readonly string[];
  wishes: readonly Wish[];
}

interface Pick {
  parts: readonly Part[];
  /** Where it is run: the first of these that is here and loads what the steps leave; else the simplest. */
  runtimes?: readonly string[];
  why: string;
}

/** Runtimes that compute with packed weights, so that fewer bits are truly faster and smaller in memory. */
const packedRuntimes = ["onnxruntime", "openvino", "llamacpp", "vllm"] as const;

const bits = (value: number): Wish => ({ name: bitsName, value });
const group: Wish = { name: groupName, value: 128 };
const cut = (heads: number, channels: number): Part => ({
  methods: ["structured"],
  wishes: [
    { name: layersName, value: 0 },
    { name: headsName, value: heads },
    { name: ffnName, value: channels },
    { name: shareName, value: channels },
  ],
});
const quantize = (methods: readonly string[], width: number): Part => ({ methods, wishes: [bits(width), group] });

function picksFor(spec: ModelSpec): Pick[] {
  const preferred = spec.preferred_methods.filter((name) => name !== "gptq" && name !== "int8");
  return [
    {
      parts: [quantize(["rtn", "int8"], 8)],
      runtimes: packedRuntimes,
      why: "Eight bits usually cost next to no accuracy, so this shows how small and fast the model gets for free.",
    },
    {
      // Few architectures can lose a quarter of their heads, since the rest must divide the hidden size; all can lose channels.
      parts: [cut(0, 0.25)],
      why: "Taking out whole FFN channels is what makes the model truly faster in any runtime; a quarter shows what that costs in accuracy.",
    },
    {
      parts: [quantize(["gptq", "rtn"], 4)],
      runtimes: packedRuntimes,
      why: "Four bits with error correction is the usual best trade of size against accuracy.",
    },
    {
      parts: [{ methods: ["magnitude"], wishes: [{ name: shareName, value: 0.5 }] }],
      why: "Half of the weights set to zero: the classic baseline of pruning, which shows what zeros alone do to the file and the speed.",
    },
    {
      parts: [cut(0, 0.25), quantize(["gptq", "rtn"], 4)],
      runtimes: packedRuntimes,
      why: "Pruning saves time and quantization saves bytes; together they reach what neither does alone.",
    },
    {
      parts: [quantize([...preferred, "autoround", "awq"], 4)],
      why: "A second four-bit method, the one preferred for a model of this size, tells the method's effect from that of the bits.",
    },
    {
      parts: [],
      runtimes: packedRuntimes,
      why: "The same weights in a faster runtime: what it gains is the runtime's doing, and everything else there is to be compared with it.",
    },
    {
      parts: [quantize(["nf4"], 4)],
      why: "NF4 needs no calibration text: it shows what calibration is worth.",
    },
    {
      parts: [cut(0.5, 0.5)],
      why: "Half of the heads and FFN channels: the fast and small end of the front.",
    },
  ];
}

export interface DefaultPick {
  recipe: Recipe;
  why: string;
}

/** The picks that are legal for this model with the methods that are available, in order. */
export function defaultPicks(space: Space, spec: ModelSpec): DefaultPick[] {
  return picksFor(spec).flatMap(({ parts, runtimes = [], why }) => {
    let steps: Recipe["steps"] = [];
    for (const part of parts) {
      const step = part.methods
        .filter((name) => space.available.some((method) => method.name === name))
        .map((name) => space.step(name, part.wishes))
        .find((made) => made !== null);
      if (!step) return [];
      steps = space.chain(steps, step);
    }
    const recipe = runtimes.map((runtime) => space.legal(steps, runtime)).find((legal) => legal !== null) ?? space.legal(steps);
    return recipe ? [{ recipe, why }] : [];
  });
}
