import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { keepsAnAppendOnlyAudit } from './audit-behaviour.ts'
import { keepsApprovals } from './approval-behaviour.ts'
import { behavesLikeAStore } from './behaviour.ts'
import { keepsDefinitions, keepsResults } from './definition-behaviour.ts'
import { keepsPluginStorage } from './storage-behaviour.ts'
import { keepsScheduleRuns } from './schedule-behaviour.ts'
import { keepsUpdates } from './update-behaviour.ts'
import { keepsUsage } from './usage-behaviour.ts'

describe('store on SQLite [O9]', () => {
  let folder = ''
  let count = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-store-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const makeUrl = async () => `sqlite:${join(folder, `${(count += 1)}.db`)}`

  behavesLikeAStore(makeUrl)
  describe('audit table [O1]', () => keepsAnAppendOnlyAudit(makeUrl))
  describe('plugin storage [H5]', () => keepsPluginStorage(makeUrl))
  describe('measured use [H9]', () => keepsUsage(makeUrl))
  describe('runs of schedules [H5]', () => keepsScheduleRuns(makeUrl))
  describe('approvals [G9]', () => keepsApprovals(makeUrl))
  describe('tool definitions [G8]', () => keepsDefinitions(makeUrl))
  describe('results [G7]', () => keepsResults(makeUrl))
  describe('updates [H7]', () => keepsUpdates(makeUrl))
})

describe.skipIf(!postgresAvailable())(`store on PostgreSQL [O8] (${skippedWithoutPostgres} when absent)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const makeUrl = () => server.createDatabase()

  behavesLikeAStore(makeUrl)
  describe('audit table [O1]', () => keepsAnAppendOnlyAudit(makeUrl))
  describe('plugin storage [H5]', () => keepsPluginStorage(makeUrl))
  describe('measured use [H9]', () => keepsUsage(makeUrl))
  describe('runs of schedules [H5]', () => keepsScheduleRuns(makeUrl))
  describe('approvals [G9]', () => keepsApprovals(makeUrl))
  describe('tool definitions [G8]', () => keepsDefinitions(makeUrl))
  describe('results [G7]', () => keepsResults(makeUrl))
  describe('updates [H7]', () => keepsUpdates(makeUrl))
})
