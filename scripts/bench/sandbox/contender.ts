/** Something that answers a text with the same text, wherever it runs. */
export interface Contender extends AsyncDisposable {
  readonly name: string
  echo(text: string): Promise<string>
  /** One capability call within a call; absent where there are no capabilities. */
  capability?(): Promise<string>
  /** Processes besides this one whose CPU time is part of the cost. */
  processes(): readonly number[]
}
