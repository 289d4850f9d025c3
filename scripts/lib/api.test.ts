import { expect, test } from "vitest";
import { parseServerSentEvents } from "./api";

async function parse(chunks: string[]): Promise<{ event: string; data: string }[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  const events = [];
  for await (const event of parseServerSentEvents(body)) events.push(event);
  return events;
}

test("events are read whole, however the stream is cut", async () => {
  const text = 'retry: 1000\n\nid: 1\nevent: log\ndata: {"a":1}\n\n: still here\n\nevent: progress\ndata: null\n\n';
  const expected = [
    { event: "log", data: '{"a":1}' },
    { event: "progress", data: "null" },
  ];
  expect(await parse([text])).toEqual(expected);
  expect(await parse([...text])).toEqual(expected);
});

test("an event that was cut off is not handed on", async () => {
  expect(await parse(["event: log\ndata: {"])).toEqual([]);
});
