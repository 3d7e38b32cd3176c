/** Keeps watch over a piece of work: how long the event loop was held, and how much the process grew. */
export async function watch(
  work: () => Promise<void>,
): Promise<{ readonly lagMs: number; readonly grownBytes: number }> {
  const before = process.memoryUsage().rss
  let peak = before
  let lagMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    lagMs = Math.max(lagMs, now - last - 5)
    last = now
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 5)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return { lagMs, grownBytes: peak - before }
}
