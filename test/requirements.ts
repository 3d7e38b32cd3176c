/**
 * The promises of this release: feature id, what a person can rely on, and where the promise comes from. A test cites
 * the ids it proves in its title, as in `describe('kernel [H1]')`; an id that no test cites fails `requirements.test.ts`.
 */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> = {
  H1: {
    behaviour: 'A minimal kernel takes plugins through visible states; a failing plugin does not touch its neighbours.',
    source: 'design card, S0',
  },
  H2: { behaviour: 'First-party plugins of the shipped kinds do real work.', source: 'design card, S0' },
  H3: {
    behaviour: 'Untrusted code runs in an isolate inside a cell with memory, CPU and wall limits; the host survives.',
    source: 'design card',
  },
  H4: { behaviour: 'Stdio servers run in a contained process and leave no orphan.', source: 'design card' },
  H5: {
    behaviour:
      'Permissions are asked in the manifest, granted by an admin, enforced by the broker on every use, audited.',
    source: 'design card, S0',
  },
  H6: { behaviour: 'Sandbox profiles are validated data in sandbox-profiles/.', source: 'design card' },
  H8: { behaviour: 'Only signed releases of a trusted publisher start.', source: 'design card' },
  H9: {
    behaviour:
      'Use is measured per installation and call, shown, and bounded by limits and budgets that an admin sets.',
    source: 'new',
  },
  H10: {
    behaviour: 'What a plugin was granted and never used is reported and can be taken back with one click.',
    source: 'new',
  },
  R1: {
    behaviour: 'Releases are versioned and immutable; publish, resolve by range, serve.',
    source: 'design card, S0',
  },
  R2: {
    behaviour: 'The publisher signs, the registry countersigns, the host verifies the chain before a byte runs.',
    source: 'design card',
  },
  R4: { behaviour: 'Hostile tarballs are refused with a named reason and nothing is left behind.', source: 'new' },
  R5: {
    behaviour:
      'Accounts, namespaces with proven owners and roles, scoped tokens, a second factor, trusted publishing; names that look alike are held.',
    source: 'new',
  },
  R7: {
    behaviour: 'Revocation reaches running hosts within seconds; hosts also work offline from a mirror.',
    source: 'new',
  },
  U1: {
    behaviour: 'A person browses, reads, installs with consent, disables and removes in the browser.',
    source: 'design card, S0',
  },
  U6: {
    behaviour: 'Every screen passes axe, works by keyboard, in light and dark, in English and German.',
    source: 'S0',
  },
  G1: { behaviour: 'One URL serves legacy and modern clients.', source: 'S1' },
  G2: {
    behaviour:
      'Everything MCP has passes through, between clients and upstreams of either era; nothing unknown is dropped.',
    source: 'S1',
  },
  G3: {
    behaviour:
      'Isolates, stdio processes and remote servers are upstreams behind one interface and recover by themselves.',
    source: 'S1, S2, S3',
  },
  G4: {
    behaviour:
      'Virtual servers pick tools, prompts and resources, show them in other words, give arguments, narrow and limit, at run time.',
    source: 'S3',
  },
  G7: {
    behaviour:
      'Results are given again as their server or an admin says: never to another principal when private, one request for all who wait, forgotten when something changes.',
    source: 'S3',
  },
  G8: {
    behaviour:
      'A changed or new definition of a server that is not signed is held until a person approves the shown difference; hidden characters, look-alike names and instructions to the model are flagged.',
    source: 'S3',
  },
  G9: {
    behaviour:
      'A call that policy asks about waits for a person, bound to caller, server, tool and arguments; runs once.',
    source: 'S0, S3',
  },
  I1: { behaviour: 'Users and roles; permissions hold in API, UI and tool calls alike.', source: 'S0' },
  I2: { behaviour: 'Every row of a workspace says so; secrets have a data key per workspace.', source: 'S0' },
  I3: {
    behaviour: 'Clients use hashed tokens with scopes and expiry; /mcp answers 401 with resource metadata.',
    source: 'S0, S3, S4',
  },
  I5: { behaviour: 'Every tool call passes one decide port: deny overrides, fail closed.', source: 'S0' },
  I6: {
    behaviour: 'Secrets are sealed with AES-256-GCM, keys outside the database, injected without being shown.',
    source: 'S0, S2',
  },
  O1: {
    behaviour: 'An append-only audit table records every security-relevant event and tool call with its request id.',
    source: 'S0, S3',
  },
  O4: { behaviour: 'REST API with OpenAPI, RFC 9457 problems and request ids.', source: 'S0, S3' },
  O9: { behaviour: 'One command starts everything on SQLite.', source: 'design card' },
}
