import type { SandboxHost } from '../sandbox.ts';
/**
 * Gives the sandboxes of a host their lifecycle: started when first called, hibernated when idle, several instances
 * when one has too much to do, revived when their cell died. From outside each still looks like one sandbox.
 */
export declare function createLifecycleHost(inner: Pick<SandboxHost, 'open'>): Pick<SandboxHost, 'open'>;
