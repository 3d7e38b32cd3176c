/** Something that answers a text with the same text, wherever it runs. */
export interface Contender extends AsyncDisposable {
  readonly name: string
  echo(text: string): Promise<string>
  /** One capability call within a call; absent where there are no capabilities. */
  capability?(): Promise<string>
  /** Processes besides this one whose CPU time is part of the cost. */
  processes(): readonly number[]
}

/** What every contender runs, as source. */
export const ECHO_HANDLER = 'async (args) => ({ content: [{ type: "text", text: args.text }] })'

/** The same handler as a function of the process that calls this: JSON text in, JSON text out. */
export async function echoHere(payload: string): Promise<string> {
  const handler = async (args: { readonly text: string }) => ({ content: [{ type: 'text', text: args.text }] })
  return JSON.stringify(await handler(JSON.parse(payload)))
}

/** The text of the answer's one block, as the callers of all contenders read it. */
export function textOf(answer: string): string {
  const { content }: { content: readonly { readonly text: string }[] } = JSON.parse(answer)
  return content[0]?.text ?? ''
}
