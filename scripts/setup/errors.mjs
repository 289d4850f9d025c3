/** A failure with a clear cause and a next step; anything else that is thrown is a bug. */
export class SetupError extends Error {
  /**
   * @param {string} message @param {string} remedy
   * @param {{ showLog?: boolean, lines?: string[] }} [options] `lines` are shown instead of the end of the log
   */
  constructor(message, remedy, { showLog = false, lines } = {}) {
    super(message);
    this.remedy = remedy;
    this.showLog = showLog;
    this.lines = lines;
  }
}
