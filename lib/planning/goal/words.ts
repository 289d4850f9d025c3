/** Words as written become words as the grammar knows them: digits for numbers, one name a unit, one a thing. */

interface Token {
  canonical: string;
  /** Where it stands in the words as written. */
  start: number;
  end: number;
}

const numberWords: Record<string, number> = {
  zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
  fifteen: 15, sixteen: 16, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, ninety: 90, hundred: 100, thousand: 1000, dozen: 12, couple: 2,
};

const synonyms: Record<string, string> = {
  ...names("gb", "gigabyte gigabytes gig gigs"),
  ...names("mb", "megabyte megabytes meg megs"),
  ...names("g", "gram grams gramme grammes gr"),
  ...names("kg", "kilogram kilograms kilo kilos"),
  ...names("mg", "milligram milligrams"),
  ...names("ms", "millisecond milliseconds msec"),
  ...names("s", "sec secs second seconds"),
  ...names("min", "mins minute minutes"),
  ...names("h", "hr hrs hour hours"),
  ...names("day", "days"),
  ...names("tokens", "token tok toks"),
  ...names("co2", "co₂ co2e co2eq carbon emission emissions footprint"),
  ...names("energy", "power electricity"),
  ...names("accuracy", "quality accurate performance score scores"),
  ...names("loss", "losses drop drops degradation decrease"),
  ...names("memory", "ram vram"),
  ...names("weights", "weight"),
  ...names("latency", "latencies delay"),
  ...names("episodes", "episode tries try attempts attempt trials trial iterations iteration rounds round recipes recipe compressions"),
  ...names("items", "item questions examples samples"),
  ...names("usd", "dollar dollars bucks"),
  ...names("cents", "cent"),
  ...names("x", "× times fold"),
  ...names("%", "percent pct"),
  ...names("<=", "≤"),
  ...names(">=", "≥"),
  ...names("baseline", "original uncompressed"),
  ...names("pruning", "prune pruned sparse sparsify sparsification"),
  ...names("quantization", "quantisation quantize quantise quantized quantised quantizing quantising"),
  ...names("distillation", "distill distil distilling distilled distilation"),
  ...names("training", "train trained retraining retrain retrained finetuning finetune finetuned"),
  ...names("bits", "bit"),
  ...names("2 x", "twice double"),
  ...names("3 x", "thrice triple"),
};

function names(canonical: string, spellings: string): Record<string, string> {
  return Object.fromEntries(spellings.split(" ").map((spelling) => [spelling, canonical]));
}

const pattern = /co[2₂](?:eq?)?(?![\p{L}\d])|\d+(?:[.,]\d+)*|\p{L}[\p{L}'’]*₂?|<=|>=|[%$€£<>≤≥×/:;,.]/giu;

function tokenize(words: string): Token[] {
  return [...words.matchAll(pattern)].map(({ 0: text, index }) => ({ canonical: canonicalOf(text.toLowerCase()), start: index, end: index + text.length }));
}

function canonicalOf(text: string): string {
  if (/^\d/.test(text)) return String(numberOf(text));
  if (Object.hasOwn(numberWords, text)) return String(numberWords[text]);
  return Object.hasOwn(synonyms, text) ? (synonyms[text] as string) : text.replaceAll("’", "'");
}

/** "1,000" is a thousand and "1,5" one and a half. */
function numberOf(text: string): number {
  return Number(/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text.replace(",", ".").replaceAll(",", ""));
}

/** The words as one line for the grammar's patterns, which takes pieces out of it until nothing more is known. */
export class Line {
  readonly #tokens: Token[];
  readonly #starts: number[] = [];
  #text = "";

  constructor(readonly words: string) {
    this.#tokens = tokenize(words);
    for (const { canonical } of this.#tokens) {
      this.#starts.push(this.#text.length + 1);
      this.#text += ` ${canonical}`;
    }
    this.#text += " ";
  }

  /** Calls `read` with each match; what it accepts is taken out, so that no piece means two things. */
  take(expression: RegExp, read: (groups: Record<string, string | undefined>, span: { text: string; start: number }) => boolean): void {
    for (const match of [...this.#text.matchAll(expression)]) {
      const tokens = this.#tokens.filter((_, index) => {
        const start = this.#starts[index] as number;
        return start >= match.index && start < match.index + match[0].length;
      });
      while (tokens[0] && /^[:;,.]$/.test(tokens[0].canonical)) tokens.shift();
      const [first, last] = [tokens[0], tokens.at(-1)];
      if (!first || !last) continue;
      if (!read(match.groups ?? {}, { text: this.words.slice(first.start, last.end), start: first.start })) continue;
      this.#text = this.#text.slice(0, match.index) + match[0].replaceAll(/[^ ]/g, "\u0000") + this.#text.slice(match.index + match[0].length);
    }
  }

  /** The pieces that are left and say something, as written. */
  rest(isEmpty: (canonical: string) => boolean): string[] {
    const pieces: Token[][] = [[]];
    for (const [index, token] of this.#tokens.entries()) {
      const taken = this.#text[this.#starts[index] as number] === "\u0000";
      if (taken || /^[;,.:]$/.test(token.canonical)) pieces.push([]);
      else pieces.at(-1)?.push(token);
    }
    return pieces.flatMap((piece) => {
      const full = piece.filter(({ canonical }) => !isEmpty(canonical));
      const [first, last] = [full[0], full.at(-1)];
      return first && last ? [this.words.slice(first.start, last.end)] : [];
    });
  }
}
