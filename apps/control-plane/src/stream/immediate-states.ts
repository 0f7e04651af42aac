import type { DomainError, Result } from '@millrace/model'
import type { ControlPlane, LifecycleCall } from '@millrace/streams'

/**
 * With no delay at all a state is over before the answer to whoever began it, so that programs which never wait find streams ACTIVE
 * or gone. A state that cannot be ended now, as the database is away, the clock of states ends later.
 */
export class ImmediateStates implements ControlPlane {
  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly states: { advance(): Promise<void> },
  ) {}

  async invoke(call: LifecycleCall): Promise<Result<unknown, DomainError>> {
    const answer = await this.controlPlane.invoke(call)
    if (answer.ok) await this.states.advance().catch(() => {})
    return answer
  }
}
