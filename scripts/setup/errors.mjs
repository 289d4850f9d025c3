/** A failure with a clear cause and a next step; anything else that is thrown is a bug. */
export class SetupError extends Error {
  /** @param {string} message @param {string} remedy @param {{ showLog?: boolean }} [options] */
  constructor(message, remedy, { showLog = false } = {}) {
    super(message);
    this.remedy = remedy;
    this.showLog = showLog;
  }
}
