const kinds: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|[0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[^*]+)$/,
  Service: /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/,
  Federated: /^\S+$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
}

/** What is wrong with whom a statement of a resource's policy speaks of: `*`, or `{ kind: one or several }`; never all others. */
export function principalProblem(statement: Readonly<Record<string, unknown>>): string | undefined {
  const { Principal, NotPrincipal } = statement
  if (NotPrincipal !== undefined) return 'Has prohibited field NotPrincipal'
  if (Principal === undefined) return 'Missing required field Principal'
  if (Principal === '*') return undefined
  if (typeof Principal !== 'object' || Principal === null || Array.isArray(Principal)) return invalid(Principal)
  const entries = Object.entries(Principal)
  if (entries.length === 0) return 'Missing required field Principal'
  return entries.map(([kind, values]) => kindProblem(kind, values)).find((problem) => problem !== undefined)
}

function kindProblem(kind: string, values: unknown): string | undefined {
  const all = [values].flat()
  const shape = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!shape || all.length === 0) return invalid({ [kind]: values })
  const wrong = all.find((value) => typeof value !== 'string' || !shape.test(value))
  return wrong === undefined ? undefined : invalid({ [kind]: wrong })
}

function invalid(principal: unknown): string {
  return `Invalid principal in policy: ${JSON.stringify(principal)}`
}
