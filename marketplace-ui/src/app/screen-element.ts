import { property } from 'lit/decorators.js'
import { NxElement } from '../elements/nx-element.ts'
import { Follow } from '../state/store.ts'
import { place } from './router.ts'
import type { PathParams } from './screens.ts'

/** Base of all screens: knows the parameters of its address and renders again when the query changes. */
export class ScreenElement extends NxElement {
  @property({ attribute: false }) params: PathParams = {}
  protected readonly followPlace = new Follow(this, place)

  protected param(name: string): string {
    return this.params[name] ?? ''
  }

  protected query(name: string): string {
    return place.value.query.get(name) ?? ''
  }
}
