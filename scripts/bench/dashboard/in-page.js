/**
 * Runs in every page that is measured, before the page's own scripts. Tells when its charts (canvases, and figures of Plotly) were drawn and when
 * that was on the screen: in a task after the next frame, which is late by one frame at the most.
 */
(() => {
  let first = 0;
  let last = 0;
  let painted = 0;
  let waiting = false;
  let frames = null;
  let answer = null;
  const paints = [];
  const afterFrame = (run) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = run;
      port2.postMessage(null);
    });
  /** Of our page: how many points it says there are. */
  const counted = () => Number(/of (\d+) shown/.exec(document.querySelector('[data-testid="shown-count"]')?.textContent ?? "")?.[1] ?? NaN);
  const drew = () => {
    last = performance.now();
    first ||= last;
    if (waiting) return;
    waiting = true;
    afterFrame(() => {
      painted = performance.now();
      paints.push({ at: performance.timeOrigin + painted, count: counted() });
      waiting = false;
    });
  };
  const watched = { CanvasRenderingContext2D: ["stroke", "fill", "putImageData", "drawImage"], WebGLRenderingContext: ["drawArrays", "drawElements"], WebGL2RenderingContext: ["drawArrays", "drawElements"] };
  for (const [name, methods] of Object.entries(watched)) {
    const prototype = window[name]?.prototype;
    for (const method of prototype ? methods : []) {
      const original = prototype[method];
      prototype[method] = function (...given) {
        drew();
        return original.apply(this, given);
      };
    }
  }
  // Plotly draws small charts as SVG.
  const isPlot = ({ target }) => target instanceof Element && target.closest(".js-plotly-plot") !== null;
  new MutationObserver((changes) => changes.some(isPlot) && drew()).observe(document, { subtree: true, childList: true, attributes: true });
  const frame = (now) => {
    if (!frames) return;
    frames.push(now);
    requestAnimationFrame(frame);
  };
  const arrival = (part) => (part ? performance.getEntriesByType("resource").find(({ name }) => name.includes(part)) : performance.getEntriesByType("navigation")[0])?.responseEnd || Infinity;
  window.bench = {
    /** Forgets what was drawn until now. */
    arm: () => {
      first = last = painted = 0;
    },
    /** Resolves once something was drawn of what came at `since`, and nothing more for `ms`; times are of the page's own clock. */
    quiet: (ms, since = 0) =>
      new Promise((resolve) => {
        const from = () => (typeof since === "number" ? since : arrival(since.part));
        const look = () => (first > 0 && last > from() && !waiting && performance.now() - last > ms ? resolve({ first, painted }) : setTimeout(look, 20));
        look();
      }),
    /** When anything was painted since this was last asked, by the clock of the machine, and how many points our page then counted. */
    paints: () => paints.splice(0),
    /** From then on `answered` is told in how many milliseconds the next move of the pointer is followed by a frame. */
    listen: () => {
      answer = new Promise((resolve) => addEventListener("pointermove", ({ timeStamp }) => afterFrame(() => resolve(performance.now() - timeStamp)), { once: true, capture: true }));
    },
    answered: () => answer,
    counted,
    startFrames: () => {
      frames = [];
      requestAnimationFrame(frame);
    },
    stopFrames: () => {
      const gaps = frames.slice(1).map((at, index) => at - frames[index]);
      frames = null;
      return gaps;
    },
    /** When the last byte of the data was in: of the first request whose address has `part` in it, or of the page itself. */
    arrival,
  };
})();
