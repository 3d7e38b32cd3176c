/**
 * What an installation has at most once in a room of the host: a policy pack, a schedule. Made while its side starts,
 * there only while its side serves. Disposing withdraws everything.
 */
export interface Plugs extends Disposable {
  add(plug: () => Disposable): void
  plug(): void
  unplug(): void
}

export function createPlugs(): Plugs {
  const made: (() => Disposable)[] = []
  let there: DisposableStack | undefined
  const unplug = (): void => {
    there?.dispose()
    there = undefined
  }
  return {
    add: (plug) => void made.push(plug),
    plug() {
      using stack = new DisposableStack()
      for (const plug of made) stack.use(plug())
      there = stack.move()
    },
    unplug,
    [Symbol.dispose]: unplug,
  }
}
