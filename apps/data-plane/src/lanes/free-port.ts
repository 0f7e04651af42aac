import { createServer } from 'node:net'

/**
 * Binds without sharing, which shows that nobody else has the port (a bind with `reusePort` would silently share it), and lets it
 * go. Resolves with the port: the one asked for, or a free one for 0. Rejects with the system's error, for example EADDRINUSE.
 */
export function freePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      server.close(() => resolve(bound))
    })
  })
}
