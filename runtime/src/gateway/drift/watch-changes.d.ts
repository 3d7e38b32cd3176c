import type { UpstreamTable } from '../upstream/upstream.ts';
import type { DefinitionReview } from './definition-review.ts';
/**
 * Reviews what an upstream says as soon as it says that it changed, whether or not a client asks: people hear of a held
 * definition at once. One review for all changes of a moment.
 */
export declare function watchChanges(upstreams: Pick<UpstreamTable, 'get' | 'onChange'>, review: Pick<DefinitionReview, 'review'>): Disposable;
