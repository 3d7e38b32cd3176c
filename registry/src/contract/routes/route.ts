import type { z } from 'zod'
import type { TokenScope } from '../publishers.ts'

/** One route of the registry: enough to serve it, to call it and to describe it in OpenAPI. */
export interface RegistryRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:name` is a parameter. */
  readonly path: string
  readonly summary: string
  /** Who may: anyone, whoever has a valid token, the registry's admin, or a token with the scope. */
  readonly access: 'public' | 'token' | 'admin' | TokenScope
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  /** A JSON body, or `bundle` for a gzipped tarball as the raw body. */
  readonly body?: z.ZodType | 'bundle'
  /** A JSON answer, `bundle` for a gzipped tarball, `stream` for bytes of a type of their own, or nothing (204). */
  readonly response?: z.ZodType | 'bundle' | 'stream'
  readonly status: 200 | 201 | 204
}
