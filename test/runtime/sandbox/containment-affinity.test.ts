import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { allowedCpus, createCpuTurns, parseCpuList } from '../../../runtime/src/sandbox/containment/affinity.ts'
import { planCell } from '../../../runtime/src/sandbox/isolate/plan-cell.ts'

describe('CPUs of cells', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['1,4-5,9', [1, 4, 5, 9]],
    ['', []],
    ['0-', []],
    ['a', []],
  ])('reads the list `%s`', (text, cpus) => {
    expect(parseCpuList(text)).toEqual(cpus)
  })

  it('hands out the CPUs in turn, and none when there is only one', () => {
    const next = createCpuTurns([2, 5])
    expect([next(), next(), next()]).toEqual([2, 5, 2])
    expect(createCpuTurns([7])()).toBeUndefined()
    expect(createCpuTurns([])()).toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('finds the CPUs this process may use', () => {
    expect(allowedCpus()).toHaveLength(availableParallelism())
    expect(readFileSync('/proc/self/status', 'utf8')).toContain('Cpus_allowed_list')
  })

  it.runIf(allowedCpus().length > 1)('keeps each cell on one CPU and the next cell on the next', () => {
    const plan = planCell('/cell.mjs', '/addon.node')
    const commands = [plan.nextCommand(), plan.nextCommand()]
    expect(commands.map(({ file }) => file)).toEqual(['/usr/bin/taskset', '/usr/bin/taskset'])
    expect(new Set(commands.map(({ args }) => args[1])).size).toBe(2)
  })
})
