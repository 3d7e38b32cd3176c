import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { type Arena, openArena } from '../../escape/arena.ts'
import { type GuestCases, patient, pluginOf, runCase } from './guest-cases.ts'

// Attempts to get at what the prelude keeps for itself: its one way to the cell, its makers, its state.

// What leads back into the prelude takes arguments or answers something; a listener does neither.
const watching = `
  const heard = []
  const note = (...args) => { for (const arg of args) if (typeof arg === 'function') heard.push(arg) }
`

const cases: GuestCases = {
  'makers are gone from the classes': [
    "const names = ['URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'AbortSignal', 'AbortController', 'Event', 'EventTarget', 'DOMException', 'Blob', 'Headers', 'Request', 'Response', 'CryptoKey']; const base = Object.getPrototypeOf(Response); return [...names.map((name) => globalThis[name]), base].flatMap((one) => Reflect.ownKeys(one).filter((key) => !['length', 'name', 'prototype'].includes(key)).map((key) => String(key)))",
    ['canParse', 'parse', 'abort', 'timeout', 'any', 'json', 'error', 'redirect'],
  ],
  'classes that nobody may make': [
    "return [() => new AbortSignal(), () => new CryptoKey(), () => Reflect.construct(CryptoKey, [], Object), () => Reflect.construct(AbortSignal, [], EventTarget), () => { class Mine extends AbortSignal {} return new Mine() }].map((make) => { try { make(); return 'made' } catch (error) { return error.message } })",
    ['Illegal constructor', 'Illegal constructor', 'Illegal constructor', 'Illegal constructor', 'Illegal constructor'],
  ],
  'a stack overflow between two steps of the prelude': [
    "const attempts = [() => Response.redirect('https://a.example/'), () => new Response('x').clone(), () => AbortSignal.abort(), () => new URL('https://a.example/'), () => new Headers({ a: 'b' }), () => setTimeout(() => 0, 1)]; let made = 0; const dive = (run) => { try { dive(run) } catch { if (left > 0) { left -= 1; try { run() } catch {} } } }; let left = 0; for (const run of attempts) { left = 8; dive(run) } for (const make of [() => new AbortSignal(), () => new CryptoKey()]) try { make(); made += 1 } catch {} return [made, await new Response('still').text(), new URL('https://a.example/b').pathname]",
    [0, 'still', '/b'],
  ],
  'regular expressions that tell what they see': [
    "const seen = []; const { exec, test } = RegExp.prototype; RegExp.prototype.exec = function (text) { seen.push(text); return exec.call(this, text) }; RegExp.prototype.test = function (text) { seen.push(text); return test.call(this, text) }; try { new URL('https://a.example/?a=%20b').searchParams.get('a'); new URLSearchParams('a=b+c').toString(); atob(btoa('abc')); new Headers({ 'content-type': 'a' }); structuredClone({ a: [new Date()] }); crypto.randomUUID(); await new Response('{}').json(); console.log('x') } finally { RegExp.prototype.exec = exec; RegExp.prototype.test = test } return seen",
    [],
  ],
  'methods of signals that tell what they are given': [
    `${watching} const a = new AbortController(); for (const name of ['addEventListener', 'removeEventListener']) Object.defineProperty(a.signal, name, { value: note }); try { await fetch('https://a.example/', { signal: a.signal }) } catch {} try { await context.clock.sleep(1, a.signal) } catch {} return heard.map((one) => [one.length, String(one('x'))])`,
    [
      [0, 'undefined'],
      [0, 'undefined'],
      [0, 'undefined'],
    ],
  ],
  'iterators and species that tell what they see': [
    `${watching} class Own extends Uint8Array { static get [Symbol.species]() { return function (...args) { note(...args); return new Uint8Array(...args) } } } const bytes = new Own([1, 2, 3]); const list = { [Symbol.iterator]() { return { next() { note(this); return { done: true } } } } }; await crypto.subtle.digest('SHA-256', bytes); new Blob([bytes]).slice(1); new Headers(list); new URLSearchParams(list); AbortSignal.any(list); structuredClone(bytes); return heard.length`,
    0,
  ],
  'getters that answer twice': [
    "let reads = 0; const two = { get name() { reads += 1; return reads === 1 ? 'SHA-256' : 'HMAC' } }; const hash = await crypto.subtle.digest(two, new Uint8Array()); return [reads, hash.byteLength]",
    [1, 32],
  ],
  'a URL with two faces': [
    "let n = 0; const two = { toString() { n += 1; return n === 1 ? 'https://a.example/' : 'https://b.example/' } }; const request = new Request(two); return [request.url, n]",
    ['https://a.example/', 1],
  ],
  'proxies of the web classes': [
    "const proxy = (value) => new Proxy(value, {}); return [() => proxy(new Response('x')).status, () => proxy(new Headers()).get('a'), () => proxy(new URL('https://a.example')).href, () => EventTarget.prototype.dispatchEvent.call(proxy(new EventTarget()), new Event('x')), () => Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted').get.call({})].map((run) => { try { return String(run()) } catch (error) { return error.constructor.name } })",
    ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError'],
  ],
  'a thenable that is answered': [
    "let given; const then = { then(resolve, reject) { given = [resolve, reject] } }; setTimeout(() => given[0]('x')); const answer = await then; return [answer, given.map((one) => one.length), given[0].constructor === (() => 0).constructor]",
    ['x', [1, 1], true],
  ],
  'call sites': [
    "const before = Object.getOwnPropertyNames(Error).sort(); let sites; try { Error.prepareStackTrace = (error, list) => { sites = list } } catch {} try { Reflect.defineProperty(Error, 'prepareStackTrace', { value: (error, list) => { sites = list } }) } catch {} const holder = {}; Error.captureStackTrace(holder); void holder.stack; void new Error('x').stack; return [before.includes('prepareStackTrace'), typeof sites, typeof holder.stack]",
    [false, 'undefined', 'string'],
  ],
  'the stack of an error of the prelude names no file but these two': [
    "try { new URL('nope') } catch (error) { return [...new Set(error.stack.match(/[^ (]+(?=:\\d+:\\d+)/g))].sort() }",
    ['acme/attack.js', 'nexus:guest'],
  ],
  'functions of the prelude have no way to code from strings': [
    "return [fetch, setTimeout, console.log, crypto.subtle.sign, structuredClone, context.storage.get].map((one) => { try { return one.constructor('return 1')() } catch (error) { return error.name } })",
    ['EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError'],
  ],
  'shared constants cannot be poisoned': [
    "const key = await crypto.subtle.importKey('raw', new Uint8Array(8), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']); key.usages.push('verify'); const tries = [() => { key.algorithm.name = 'x' }, () => { crypto.subtle.sign = 1 }, () => { console.log = 1 }].map((run) => { try { run(); return 'set' } catch (error) { return error.name } }); return [key.usages, ...tries]",
    [['sign'], 'TypeError', 'TypeError', 'TypeError'],
  ],
  'sub-millisecond clocks': [
    "const fine = [performance.now(), performance.timeOrigin, Date.now(), new Event('x').timeStamp, Temporal.Now.instant().epochMilliseconds, Number(new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 }).format()), Number(new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 }).formatToParts().at(-1).value), new Date(...[]).getTime()]; return [fine.map((ms) => ms % 100), Number(Temporal.Now.instant().epochNanoseconds % 100000000n)]",
    [[0, 0, 0, 0, 0, 0, 0, 0], 0],
  ],
}

let arena: Arena
let sandbox: Sandbox
beforeAll(async () => {
  arena = await openArena()
  sandbox = await arena.open(pluginOf(cases), {
    installationId: 'attacks',
    limits: { ...patient, clockResolutionMs: 100 },
  })
})
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  await arena[Symbol.asyncDispose]()
})

describe('attacks on the globals of a sandbox [H3]', () => {
  it.each(Object.entries(cases).map(([name, [, expected]]) => ({ name, expected })))('$name', async (one) => {
    expect(await runCase(sandbox, one.name)).toEqual(one.expected)
  })
})
