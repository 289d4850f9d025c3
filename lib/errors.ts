import type { FieldProblem } from "@/lib/experiments/schema";

/** The codes every reply of the app uses; each maps to one HTTP status. */
const statusOf = {
  invalid_input: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_many_requests: 429,
  runner_unreachable: 503,
  engine_unreachable: 503,
  database_unreachable: 503,
  upstream: 502,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof statusOf;

export interface ErrorBody {
  code: ErrorCode;
  message: string;
  remedy: string;
  retryable: boolean;
  problems?: FieldProblem[];
}

/** An error a person may read: what happened and why in `message`, what to do in `remedy`. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly problems: FieldProblem[] | undefined;

  constructor(code: ErrorCode, message: string, options: { remedy?: string; problems?: FieldProblem[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.remedy = options.remedy ?? "";
    this.problems = options.problems;
  }

  get status(): number {
    return statusOf[this.code];
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      remedy: this.remedy,
      retryable: this.status === 503 || this.status === 429,
      ...(this.problems ? { problems: this.problems } : {}),
    };
  }
}

/** Wraps anything thrown; connection failures of the database are told apart because they pass by themselves. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseOutage(error)) {
    return new AppError("database_unreachable", "The database does not answer.", {
      remedy: "Wait a few seconds and try again; `npm run doctor` shows what is wrong if it stays away.",
      cause: error,
    });
  }
  return new AppError("internal", "Something went wrong inside the app.", {
    remedy: "Try again; if it stays, look for the request id in the web log.",
    cause: error,
  });
}

function isDatabaseOutage(error: unknown): boolean {
  const text = error instanceof Error ? `${error.name} ${error.message} ${"code" in error ? String(error.code) : ""}` : "";
  return /ECONNREFUSED|ECONNRESET|P1001|P1017|Connection terminated|57P0[123]|DatabaseNotReachable|ConnectionClosed/.test(text);
}
