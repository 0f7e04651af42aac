import type { KinesisOperations } from '@millrace/aws-models'
import { type AccountId, type DomainError, type Principal, type Region, type Result, raisableLimits } from '@millrace/model'
import { createLogger } from '@millrace/service-kit'
import { type ClusterStateUpdate, type DataPlane, ShardMap } from '@millrace/streams'
import type { TestPostgres } from '@millrace/testkit'
import type { ControlPlaneConfig } from './config.js'
import { type ControlPlaneService, createControlPlane } from './control-plane.js'
import { account, ManualClock, region } from './stream/stream.fixture.js'

const config: ControlPlaneConfig = {
  accountId: account,
  rootAccessKeyId: undefined,
  rootSecretAccessKey: undefined,
  stateDelayMs: 200,
  ...raisableLimits,
  rateLimits: 'off',
}

/** Lanes whose shards never had a record. */
const emptyLanes: DataPlane = { seal: async (_, shards) => shards.map(() => ({ kind: 'sealed', lastArrivalMs: 0 })) }

interface TestOptions {
  readonly config?: Partial<ControlPlaneConfig>
  readonly clock?: ManualClock
  readonly databaseUrl?: string
  readonly databasePatienceMs?: number
}

/** A control plane on a real Postgres, with a clock that a test moves by hand. */
export class TestControlPlane {
  readonly updates: ClusterStateUpdate[] = []
  /** As a lane has it that was told of them. */
  readonly map = new ShardMap()

  private constructor(
    readonly postgres: TestPostgres,
    readonly databaseUrl: string,
    readonly clock: ManualClock,
    readonly service: ControlPlaneService,
  ) {
    service.feed.watch((update) => {
      this.updates.push(update)
      this.map.apply(update)
    })
    service.bindDataPlane(emptyLanes)
  }

  /** On a database of its own, or on the one of a control plane before it. */
  static async start(postgres: TestPostgres, options: TestOptions = {}): Promise<TestControlPlane> {
    const databaseUrl = options.databaseUrl ?? (await postgres.createDatabase())
    const clock = options.clock ?? new ManualClock()
    const logger = createLogger({ write: () => {} })
    const { databasePatienceMs } = options
    const all = { ...config, ...options.config }
    const service = await createControlPlane({ databaseUrl, clock, lanes: 3, logger, config: all, databasePatienceMs })
    return new TestControlPlane(postgres, databaseUrl, clock, service)
  }

  async call<Name extends keyof KinesisOperations>(
    operation: Name,
    input: KinesisOperations[Name]['input'],
    scope: { account?: string; region?: string } = {},
  ): Promise<Result<KinesisOperations[Name]['output'], DomainError>> {
    const caller = (scope.account ?? account) as AccountId
    const principal: Principal = { account: caller, arn: `arn:aws:iam::${caller}:root`, accessKeyId: 'AKIA' }
    const called = { operation, principal, account: caller, region: (scope.region ?? region) as Region, input }
    return (await this.service.controlPlane.invoke(called)) as Result<KinesisOperations[Name]['output'], DomainError>
  }

  /** The output; throws where the call is refused. */
  async output<Name extends keyof KinesisOperations>(...call: Parameters<typeof this.call<Name>>) {
    const answer = await this.call<Name>(...call)
    if (!answer.ok) throw new Error(`${call[0]} was refused: ${JSON.stringify(answer.error)}`)
    return answer.value
  }

  /** The refusal; throws where the call succeeds. */
  async refusal<Name extends keyof KinesisOperations>(...call: Parameters<typeof this.call<Name>>): Promise<DomainError> {
    const answer = await this.call<Name>(...call)
    if (answer.ok) throw new Error(`${call[0]} was not refused`)
    return answer.error
  }

  /** Lets the states of streams that have begun end. */
  settle(): Promise<void> {
    return this.pass(200)
  }

  /** Time goes by, and what is due is done. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.service.advance()
  }

  async createActive(input: KinesisOperations['CreateStream']['input']): Promise<void> {
    await this.output('CreateStream', input)
    await this.settle()
  }
}
