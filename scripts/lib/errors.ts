/** A failure that the person in front of the terminal can understand and act on; anything else that is thrown is a bug. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    /** 2 for bad input, 3 for something that failed. */
    readonly exitCode: 2 | 3 = 3,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Runs a command's main function and turns what it throws into one clear line and an exit code. */
export async function runMain(main: () => Promise<number>): Promise<never> {
  let code: number;
  try {
    code = await main();
  } catch (error) {
    if (error instanceof UserError) {
      console.error(`✗ ${error.message}`);
      if (error.remedy) console.error(`  ${error.remedy}`);
      code = error.exitCode;
    } else {
      console.error(error);
      code = 3;
    }
  }
  process.exit(code);
}
