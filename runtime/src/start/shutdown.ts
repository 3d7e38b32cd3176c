/** How long an orderly shutdown may take before the process ends anyway, milliseconds. */
const SHUTDOWN_TIMEOUT_MS = 20_000

/**
 * Closes the host on the first signal and ends the process with code 0; a second signal ends it at once with 130.
 * An orderly shutdown that hangs ends with 1.
 */
export function closeOnSignal(close: () => Promise<void>, say: (line: string) => void): void {
  let closing = false
  const onSignal = () => {
    if (closing) process.exit(130)
    closing = true
    say('Finishing calls in flight. Press Ctrl-C again to stop at once.')
    const timer = setTimeout(() => {
      say('The host did not close in time.')
      process.exit(1)
    }, SHUTDOWN_TIMEOUT_MS)
    close().then(
      () => {
        clearTimeout(timer)
        process.exit(0)
      },
      (error: unknown) => {
        say(`The host closed with an error: ${error instanceof Error ? error.message : String(error)}`)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}
