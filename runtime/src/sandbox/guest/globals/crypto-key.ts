import { HostTypeError, freeze } from '../primordials.ts'

/** A key as the host answers and takes it: base64 of raw, SPKI or PKCS #8 bytes by its type. */
export interface KeyMaterial {
  readonly type: 'secret' | 'public' | 'private'
  readonly data: string
  readonly algorithm: { readonly name: string; readonly hash?: string }
}

export interface KeyParts {
  readonly material: KeyMaterial
  readonly extractable: boolean
  readonly usages: readonly string[]
  readonly algorithm: object
}

// What `createKey` hands to the constructor, which plugin code cannot.
let making: KeyParts | undefined

/** Source: Web Cryptography API, 13. The key itself is data of this sandbox: `extractable` keeps mistakes away, not code. */
export class GuestCryptoKey {
  readonly #parts: KeyParts

  constructor() {
    if (making === undefined) throw new HostTypeError('Illegal constructor')
    this.#parts = making
    making = undefined
  }

  get type(): string {
    return this.#parts.material.type
  }

  get extractable(): boolean {
    return this.#parts.extractable
  }

  get algorithm(): object {
    return this.#parts.algorithm
  }

  get usages(): string[] {
    return [...this.#parts.usages]
  }

  /** Taken off the class before plugin code runs. */
  static read(key: GuestCryptoKey): KeyParts {
    return key.#parts
  }
}

/** Throws for what is no key. */
export const { read: readKey } = GuestCryptoKey
Reflect.deleteProperty(GuestCryptoKey, 'read')

export function createKey(parts: KeyParts): GuestCryptoKey {
  making = freeze(parts)
  return new GuestCryptoKey()
}
