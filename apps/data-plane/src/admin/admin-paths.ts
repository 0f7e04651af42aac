import type { WireHandler, WireRequest, WireResponse } from '@millrace/aws-wire'

/** What the process says of itself; `body` is JSON for /health and Prometheus text for /metrics. */
export interface AdminAnswers {
  health(): Promise<{ readonly ready: boolean; readonly body: string }>
  metrics(): Promise<string>
}

/**
 * `GET /health` and `GET /metrics`, exact paths, unsigned, before AWS's rules. At the endpoint they are answered to loopback peers
 * only; with a listener of their own not at all here. `GET /console` is kept for a page that does not exist yet.
 */
export function withAdminPaths(next: WireHandler, admin: AdminAnswers | undefined): WireHandler {
  return (request) => {
    if (request.method !== 'GET') return next(request)
    if (request.target === '/console') return notFound
    const isAdmin = request.target === '/health' || request.target === '/metrics'
    return admin && isAdmin && isLoopback(request.remoteAddress) ? answer(request, admin) : next(request)
  }
}

/** The same for a listener that serves nothing else. */
export function adminOnly(admin: AdminAnswers): WireHandler {
  return async (request) => (await withAdminPaths(() => notFound, admin)({ ...request, remoteAddress: '127.0.0.1' })) ?? notFound
}

async function answer(request: WireRequest, admin: AdminAnswers): Promise<WireResponse> {
  if (request.target === '/metrics') return textResponse(200, 'text/plain; version=0.0.4', await admin.metrics())
  const { ready, body } = await admin.health()
  return textResponse(ready ? 200 : 503, 'application/json', body)
}

const notFound = textResponse(404, 'text/plain', 'not found\n')

function textResponse(status: number, type: string, text: string): WireResponse {
  return { status, headers: [['Content-Type', type]], body: { kind: 'bytes', bytes: Buffer.from(text) } }
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address)
}
