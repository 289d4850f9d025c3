/**
 * What a parameter means, by its name: methods come from the runner with schemas only, and labels, default picks
 * and predictions read the usual names out of them. Words are matched whole: "calibration" is no "ratio".
 */

const word = (...words: string[]): RegExp => new RegExp(`(?:^|_)(?:${words.join("|")})(?:_|$)`, "i");

/** The width of the weights, and no other number of bits, such as the least that a mixed width may have. */
export const bitsName = /^(?:num_|weight_)?bits$/i;
export const groupName = word("group_size", "groupsize");
export const headsName = word("heads?", "attention", "head_ratio");
export const ffnName = word("ffn", "mlp", "intermediate", "channels?", "neurons?");
export const layersName = word("layers?", "depth");
export const rankShareName = word("rank_ratio");
export const rankName = word("rank", "r");
export const shareName = word("sparsity", "ratio", "amount", "share", "fraction");
