import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RouteDefinition, apiRoutes } from '../../../runtime/src/contract/index.ts'
import { ROLE_PERMISSIONS } from '../../../runtime/src/identity/principal.ts'
import { type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
beforeAll(async () => {
  host = await openHttpHost()
})
afterAll(() => host[Symbol.asyncDispose]())

const routes = Object.entries<RouteDefinition>(apiRoutes)
const concrete = (path: string) => path.replaceAll(/:\w+/g, 'some-name')

describe('the route table [O4]', () => {
  it.each(routes.filter(([, { access }]) => access !== 'public'))(
    'serves %s and lets nobody in without a sign-in',
    async (_name, { method, path }) => {
      const answer = await host.ask(method, concrete(path), { as: null })
      expect(answer.body).toMatchObject({ status: 401, code: 'HTTP_UNAUTHENTICATED' })
    },
  )

  it.each(routes.filter(([, { access }]) => access === 'public'))(
    'serves %s to everybody',
    async (_name, { method, path }) => {
      const answer = await host.ask(method, concrete(path), { as: null })
      expect([401, 403, 404, 405]).not.toContain(answer.status)
    },
  )

  it('keeps a member out of everything that a member may not do', async () => {
    const member = await host.person('member')
    const allowed = new Set<string>(ROLE_PERMISSIONS.member)
    for (const [name, { method, path, access }] of routes) {
      if (access === 'public' || access === 'signed-in' || allowed.has(access)) continue
      const answer = await host.ask(method, concrete(path), { as: member })
      expect(answer.body, name).toMatchObject({ status: 403, code: 'HTTP_FORBIDDEN' })
    }
  })

  // Sigstore's own document grows by itself: it is checked by the library that reads it.
  const isForeign = (name: string) => name === 'setSigstoreRoot'
  it.each(routes.filter(([name, { body }]) => body !== undefined && !isForeign(name)))(
    'refuses unknown members in the body of %s',
    async (_name, { method, path }) => {
      const answer = await host.ask(method, concrete(path), { body: { unknownMember: 1 } })
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toContainEqual({ path: 'unknownMember', message: 'Not a known member.' })
    },
  )
})

describe('the OpenAPI document [O4]', () => {
  it('describes every route of the table, once', async () => {
    const { body } = await host.ask('GET', '/api/openapi.json', { as: null })
    expect(body.openapi).toBe('3.1.1')
    const described = Object.entries<Record<string, { operationId: string }>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    )
    const expected = routes.map(
      ([name, { method, path }]) => `${name} ${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    )
    expect(described.toSorted()).toEqual(expected.toSorted())
  })

  it('declares every path parameter and a response for every operation', async () => {
    const { body } = await host.ask('GET', '/api/openapi.json', { as: null })
    for (const [path, methods] of Object.entries<
      Record<string, { parameters?: { in: string; name: string; required?: boolean }[]; responses: object }>
    >(body.paths)) {
      for (const operation of Object.values(methods)) {
        const declared = (operation.parameters ?? []).filter((one) => one.in === 'path')
        expect(declared.map(({ name }) => name).toSorted()).toEqual(
          [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted(),
        )
        expect(declared.every(({ required }) => required === true)).toBe(true)
        expect(Object.keys(operation.responses)).toContain('default')
        expect(Object.keys(operation.responses)).toHaveLength(2)
      }
    }
  })

  it('holds schemas that compile and references that lead somewhere', async () => {
    const { body } = await host.ask('GET', '/api/openapi.json', { as: null })
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    )
    expect(references.length).toBeGreaterThan(20)
    for (const name of new Set(references)) expect(Object.keys(body.components.schemas)).toContain(name)
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'api', ...body })
    for (const name of Object.keys(body.components.schemas)) {
      expect(ajv.compile({ $ref: `api#/components/schemas/${name}` }), name).toBeTypeOf('function')
    }
  })

  it('describes real answers truly', async () => {
    const { body } = await host.ask('GET', '/api/openapi.json', { as: null })
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'api', ...body })
    for (const [path, name] of [
      ['/api/v1/me', 'Me'],
      ['/api/v1/overview', 'Overview'],
      ['/api/v1/nothing', 'Problem'],
    ] as const) {
      const answer = await host.ask('GET', path)
      const valid = ajv.compile({ $ref: `api#/components/schemas/${name}` })
      expect(valid(answer.body), JSON.stringify(valid.errors)).toBe(true)
    }
  })
})
