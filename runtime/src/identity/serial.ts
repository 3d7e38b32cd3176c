/** Runs tasks one after another, so that a check and the change it allows are not torn apart. */
export type Serial = <Result>(task: () => Promise<Result>) => Promise<Result>

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task, task)
    last = result
    return result
  }
}
