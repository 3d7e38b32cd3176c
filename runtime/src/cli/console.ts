import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'

/** Where a command reads and writes; the real process, or a test's. */
export interface Console {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** How a command answers: text for people, or one JSON document with `--json`. */
export interface Output {
  readonly json: boolean
  /** Something at the end of the command: the JSON document, or the lines that say the same. */
  answer(value: unknown, lines: readonly string[]): void
  /** Something on the way, for people only; on standard error so that it never mixes with the answer. */
  note(line: string): void
}

export function createOutput(console: Console, json: boolean): Output {
  return {
    json,
    answer(value, lines) {
      console.stdout.write(
        json ? `${JSON.stringify(value, undefined, 2)}\n` : lines.map((line) => `${line}\n`).join(''),
      )
    },
    note(line) {
      if (!json) console.stderr.write(`${line}\n`)
    },
  }
}

/** Columns as wide as their widest cell. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => visible(row[column] ?? '').length)))
  return rows.map((row, index) => {
    const line = row
      .map((cell, column) => visible(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
    return index === 0 ? styleText('bold', line) : line
  })
}

/**
 * Text that comes from plugins, registries or people, made safe for a terminal: control characters would let a plugin's
 * description move the cursor and rewrite what the admin reads.
 */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, ' ')
}
