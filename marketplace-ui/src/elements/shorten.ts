// The first half of an id may be its time, which neighbours share.
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}([0-9a-f]{8})\b/g
const HEX = /\b([0-9a-f]{10})[0-9a-f]{20,}([0-9a-f]{6})\b/g

/** Ids and digests short enough to compare by eye. The whole value stays in the title or beside a copy button. */
export function shorten(text: string): string {
  return text.replaceAll(UUID, '…$1').replaceAll(HEX, '$1…$2')
}
