/** One part of a multipart/form-data body. */
export interface FormPart {
  name: string;
  fileName: string | undefined;
  content: Buffer;
}

/** The parts of a body (RFC 7578), or undefined when the content type names no boundary. Broken parts are left out. */
export function parseMultipart(contentType: string | undefined, body: Buffer): FormPart[] | undefined {
  const match = /^multipart\/form-data\s*;.*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? "");
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return undefined;
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let start = body.indexOf(delimiter);
  while (start !== -1) {
    const contentStart = start + delimiter.length;
    const end = body.indexOf(delimiter, contentStart);
    if (end === -1) break;
    const part = parsePart(body.subarray(contentStart, end));
    if (part !== undefined) parts.push(part);
    start = end;
  }
  return parts;
}

function parsePart(bytes: Buffer): FormPart | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = bytes.subarray(0, headEnd).toString();
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  const fileName = /\bfilename="([^"]*)"/i.exec(head)?.[1];
  // The line break before the next delimiter is not content.
  return { name, fileName, content: bytes.subarray(headEnd + 4, -2) };
}
