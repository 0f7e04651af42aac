import type { Exchange } from './exchange.js'
import { handlerFailed } from './http1-response.js'
import type { ListenerCore } from './listener-core.js'
import type { WireResponse } from './request.js'

/** Asks the handler, and calls back with its answer, at once where it answers at once. The body counts in the budget until then. */
export function answer(
  core: ListenerCore,
  exchange: Exchange,
  answered: (exchange: Exchange, response: WireResponse) => void,
): void {
  const done = (response: WireResponse): void => {
    if (exchange.bodyBytes > 0) core.gate.bodyReleased(exchange.bodyBytes)
    answered(exchange, response)
  }
  const failed = (error: unknown): void => {
    core.report({ what: 'a handler failed', error })
    done(handlerFailed)
  }
  let response: WireResponse | Promise<WireResponse>
  try {
    response = core.handler(exchange)
  } catch (error) {
    failed(error)
    return
  }
  if (response instanceof Promise) response.then(done, failed)
  else done(response)
}
