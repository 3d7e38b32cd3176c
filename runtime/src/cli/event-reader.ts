/** Takes text of an event stream as it arrives and tells the events in it. */
export interface EventReader {
  push(text: string): void
}

/** Longest event that is kept while it arrives, UTF-16 units; a longer one is dropped. */
const MAX_EVENT = 1_048_576

/** Reads server-sent events (WHATWG HTML, section 9.2): `data` of one or many lines; comments and other fields pass. */
export function createEventReader(onEvent: (data: string) => void): EventReader {
  let rest = ''
  return {
    push(text) {
      rest = (rest + text).replaceAll('\r\n', '\n')
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const data = rest
          .slice(0, end)
          .split('\n')
          .flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length).replace(/^ /, '')] : []))
        rest = rest.slice(end + 2)
        if (data.length > 0) onEvent(data.join('\n'))
      }
      if (rest.length > MAX_EVENT) rest = ''
    },
  }
}
