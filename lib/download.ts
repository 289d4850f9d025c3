/** A file to save. It is never shown in the browser, where what others wrote in it would run under this origin. */
export function asDownload(body: BodyInit | null, { name, type = "application/octet-stream", bytes }: { name: string; type?: string; bytes?: string | null }): Response {
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]+/g, "_")}"`,
      "x-content-type-options": "nosniff",
      ...(bytes ? { "content-length": bytes } : {}),
    },
  });
}
